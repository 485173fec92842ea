import { Link } from 'wouter';
import type { QueueEntry } from '../../../shared/contract/queue.contract.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Duration, formatDuration, Icon, IconButton, Menu, MenuItem, toastError } from '../../ui/index.ts';
import { priorities, priorityName, shareDone } from './queue-model.ts';

const signs: Record<QueueEntry['state'], { icon: string; className: string }> = {
  queued: { icon: 'clock', className: 'text-ink-3' },
  running: { icon: 'loader-circle', className: 'spin text-run' },
  waiting: { icon: 'timer', className: 'text-ink-3' },
  paused: { icon: 'pause', className: 'text-ink-3' },
};

const told = (work: Promise<unknown>): void => void work.catch((thrown: unknown) => toastError(toAppError(thrown)));

interface Props {
  entry: QueueEntry;
  /** Its place in the line, from 1. */
  place?: number;
  /** Its question in the inbox. */
  ask?: string | undefined;
  now: number;
  onStop(): void;
}

export function QueueRow({ entry, place, ask, now, onStop }: Props) {
  const t = useT('queue');
  const sign = ask === undefined ? signs[entry.state] : { icon: 'hand', className: 'text-wait' };
  return (
    <li className="flex min-h-[34px] items-center gap-2.5">
      <Icon name={sign.icon} size={14} className={`shrink-0 ${sign.className}`} />
      <Link href={routes.runs(entry.id)} className="min-w-0 flex-1 truncate text-ink no-underline hover:underline">
        {entry.title} <span className="tabular text-ink-3">{t('number', { number: entry.number })}</span>
      </Link>
      {ask !== undefined && (
        <Button size="s" onClick={() => navigate(routes.inbox(ask))}>
          {t('answer')}
        </Button>
      )}
      {place === undefined ? <Progress entry={entry} now={now} /> : <span className="tabular shrink-0 text-ink-3 text-sm">{place}.</span>}
      {entry.state === 'queued' && <Priority entry={entry} />}
      <IconButton size="s" icon="square" label={t('stop', { number: entry.number })} onClick={onStop} />
    </li>
  );
}

function Progress({ entry, now }: { entry: QueueEntry; now: number }) {
  const t = useT('queue');
  const share = shareDone(entry);
  const { progress } = entry;
  return (
    <span className="tabular flex shrink-0 items-center gap-3 text-ink-2 text-sm">
      {entry.state === 'paused' && <span>{t('held')}</span>}
      {progress?.leftMs !== undefined && entry.state === 'running' && (
        <span className="text-ink-3 max-[860px]:hidden">{t('left', { time: formatDuration(progress.leftMs) })}</span>
      )}
      {share !== undefined && progress !== undefined && (
        <>
          <span>{t('of', { done: progress.done, count: progress.total })}</span>
          <span className="h-1 w-20 overflow-hidden rounded-full bg-line max-[860px]:hidden" aria-hidden>
            <span className="block h-full origin-left bg-run transition-transform duration-180" style={{ transform: `scaleX(${share})` }} />
          </span>
        </>
      )}
      <span className="w-20 text-right text-ink-3">
        {entry.startedAt === undefined ? '' : <Duration ms={Math.max(0, now - entry.startedAt)} />}
      </span>
    </span>
  );
}

function Priority({ entry }: { entry: QueueEntry }) {
  const t = useT('queue');
  const name = priorityName(entry.priority);
  const words = name === undefined ? t('other', { value: entry.priority }) : t(name);
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t('priority', { number: entry.number, priority: words })}
          className="flex h-6 shrink-0 items-center gap-1 rounded-sm px-1.5 text-ink-2 text-sm hover:bg-sunken hover:text-ink dark:hover:bg-raised"
        >
          {words}
          <Icon name="chevron-down" size={13} />
        </button>
      }
    >
      {priorities.map((priority) => (
        <MenuItem
          key={priority.value}
          checked={priority.value === entry.priority}
          onSelect={() => told(client.queue.setPriority({ id: entry.id, priority: priority.value }))}
        >
          {t(priority.name)}
        </MenuItem>
      ))}
    </Menu>
  );
}
