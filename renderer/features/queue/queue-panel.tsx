// What goes now and what waits for its turn, live. Holding everything says so above the lists.

import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import type { QueueEntry } from '../../../shared/contract/queue.contract.ts';
import { client } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, EmptyState, ErrorState, Icon, SectionTitle, SkeletonRows, useDialog } from '../../ui/index.ts';
import { useSetPaused } from './pause-toggle.tsx';
import { groupsOf } from './queue-model.ts';
import { QueueRow } from './queue-row.tsx';
import { useQueue } from './use-queue.ts';

/** The time now, once a second while something goes. */
function useSeconds(isTicking: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isTicking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

/** `asks`: the open questions in the inbox, by run. */
export function QueuePanel({ asks }: { asks: ReadonlyMap<string, string> }) {
  const t = useT('queue');
  const { queue, error, retry } = useQueue();
  const stopping = useDialog<QueueEntry>();
  const now = useSeconds((queue?.entries.length ?? 0) > 0);
  if (queue === undefined)
    return error === undefined ? <SkeletonRows count={6} /> : <ErrorState error={error} onRetry={retry} safe={t('safe')} />;
  const { going, asking, waiting, queued, hidden } = groupsOf(queue, asks);
  const isEmpty = going.length + asking.length + waiting.length + queued.length === 0;
  const subject = stopping.subject;
  if (isEmpty)
    return (
      <>
        <div className="mx-auto w-full max-w-[1120px]">
          <Holding isPaused={queue.isPaused} limit={queue.limit} />
        </div>
        <EmptyState className="h-auto flex-1" icon="activity" title={t('none')} text={t('noneText')} />
      </>
    );
  return (
    <div className="mx-auto flex w-full max-w-[1120px] flex-col gap-5">
      <Holding isPaused={queue.isPaused} limit={queue.limit} />
      <Group title={t('going')} entries={going} now={now} onStop={stopping.show} />
      <Group title={t('asking')} entries={asking} asks={asks} now={now} onStop={stopping.show} />
      <Group title={t('waiting')} entries={waiting} now={now} onStop={stopping.show} />
      <Group title={t('queued')} entries={queued} now={now} onStop={stopping.show} isOrdered />
      {hidden > 0 && <p className="m-0 text-ink-3 text-sm">{t('more', { count: hidden })}</p>}
      {subject !== undefined && (
        <ConfirmDialog
          {...stopping.props}
          title={t('stopTitle', { number: subject.number })}
          text={t('stopText', { title: subject.title })}
          action={t('stopAction')}
          onConfirm={() => client.runs.cancel({ id: subject.id })}
        />
      )}
    </div>
  );
}

function Holding({ isPaused, limit }: { isPaused: boolean; limit: number }) {
  const t = useT('queue');
  const { isBusy, setPaused } = useSetPaused();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {isPaused ? (
        <p className="m-0 flex min-w-0 flex-1 basis-80 gap-2" role="status">
          <Icon name="pause" size={15} className="mt-[2.5px] shrink-0 text-ink-2" />
          <span className="min-w-0">
            <span className="font-medium text-ink">{t('paused')}</span>
            <span className="block text-ink-2">{t('pausedText')}</span>
          </span>
        </p>
      ) : (
        <Link
          href={routes.settings('runs')}
          title={t('changeLimit')}
          className="min-w-0 flex-1 truncate text-ink-3 text-sm no-underline hover:text-ink hover:underline"
        >
          {t('limit', { count: limit })}
        </Link>
      )}
      <Button
        icon={isPaused ? 'play' : 'pause'}
        variant={isPaused ? 'primary' : 'default'}
        loading={isBusy}
        title={isPaused ? undefined : t('pauseHint')}
        onClick={() => setPaused(!isPaused)}
      >
        {isPaused ? t('goOn') : t('pauseAll')}
      </Button>
    </div>
  );
}

interface GroupProps {
  title: string;
  entries: readonly QueueEntry[];
  now: number;
  isOrdered?: boolean;
  asks?: ReadonlyMap<string, string>;
  onStop(entry: QueueEntry): void;
}

function Group({ title, entries, now, isOrdered = false, asks, onStop }: GroupProps) {
  if (entries.length === 0) return null;
  return (
    <section>
      <SectionTitle count={entries.length}>{title}</SectionTitle>
      <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
        {entries.map((entry, index) => (
          <QueueRow
            key={entry.id}
            entry={entry}
            now={now}
            ask={asks?.get(entry.id)}
            {...(isOrdered ? { place: index + 1 } : {})}
            onStop={() => onStop(entry)}
          />
        ))}
      </ul>
    </section>
  );
}
