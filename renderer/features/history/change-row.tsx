import { useId, useState } from 'react';
import type { Change } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, cn, ErrorNote, Icon, Skeleton, TimeOf } from '../../ui/index.ts';
import { Difference } from './difference.tsx';
import { iconOf, verbOf } from './words.ts';

/** One change: what it was, and opened, what is different. */
export function ChangeRow({
  change,
  hasStep,
  onUndo,
  version,
}: {
  change: Change;
  /** Says which step it is of. */
  hasStep: boolean;
  onUndo(): void;
  version: number;
}) {
  const t = useT('history');
  const [isOpen, setOpen] = useState(false);
  const body = useId();
  const place = change.kind === 'file' || change.kind === 'folder' ? folderOf(change.target) : t(`kind.${change.kind}`);
  const isUndone = change.undoneAt !== undefined;
  return (
    <li className="border-line border-b last:border-b-0">
      <div className="flex min-h-11 items-center gap-2 py-1.5 pr-2">
        <button
          type="button"
          data-row=""
          aria-expanded={isOpen}
          aria-controls={body}
          onClick={() => setOpen(!isOpen)}
          className="-outline-offset-2 flex min-w-0 flex-1 items-center gap-2.5 rounded-sm px-2 py-0.5 text-left hover:bg-sunken dark:hover:bg-raised"
        >
          <Icon
            name="chevron-right"
            size={14}
            className={cn('shrink-0 text-ink-3 transition-transform duration-120', isOpen && 'rotate-90')}
          />
          <Icon name={iconOf(change)} className="shrink-0 text-ink-3" />
          <span className="min-w-0 flex-1">
            <span className={cn('block truncate text-ink', isUndone && 'text-ink-3 line-through')}>
              {change.undoes === undefined ? t(`verb.${verbOf(change)}`) : t('verb.tookBack')}{' '}
              <span className="font-medium">{change.title}</span>
            </span>
            <span className="block truncate text-ink-3 text-xs" title={change.target}>
              {hasStep && change.step !== undefined ? `${t('step', { step: change.step })} · ` : ''}
              {place}
            </span>
          </span>
        </button>
        {isUndone ? <Badge>{t('undone')}</Badge> : null}
        {change.cannotUndo === undefined ? null : <Badge tone="wait">{t('state.cannot')}</Badge>}
        <span className="tabular shrink-0 text-ink-3 text-xs">
          <TimeOf at={change.at} />
        </span>
        {isUndone || change.cannotUndo !== undefined ? null : (
          <Button variant="ghost" size="s" icon="undo-2" onClick={onUndo}>
            {t('undoOne')}
          </Button>
        )}
      </div>
      {isOpen ? (
        <div id={body} className="flex flex-col gap-2 pr-2 pb-3 pl-9">
          <Body change={change} version={version} />
        </div>
      ) : null}
    </li>
  );
}

function Body({ change, version }: { change: Change; version: number }) {
  const t = useT('history');
  const detail = useCall((signal) => client.undo.getChange({ id: change.id }, { signal }), [change.id, version]);
  if (detail.error !== undefined) return <ErrorNote error={detail.error} />;
  if (detail.data === undefined) return <Skeleton className="h-16 w-full" />;
  const { state, words } = detail.data;
  return (
    <>
      <Difference detail={detail.data} />
      {change.state === 'unclear' ? <p className="m-0 text-sm text-wait">{t('unclear')}</p> : null}
      {state === 'ready' || state === 'undone' ? null : (
        <p className="m-0 flex items-start gap-1.5 text-ink-2 text-sm">
          <Icon name={state === 'already' ? 'circle-check' : 'circle-alert'} size={14} className="mt-0.5 shrink-0 text-wait" />
          {words}
        </p>
      )}
      {change.note === undefined ? null : <p className="m-0 text-ink-3 text-sm">{change.note}</p>}
    </>
  );
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 1));
