import type { Change } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { PathText, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, cn, ErrorNote, FoldRow, Icon, Skeleton, TimeOf } from '../../ui/index.ts';
import { DoneBy, WhyAllowed } from '../why/index.ts';
import { Difference } from './difference.tsx';
import { iconOf, verbOf } from './words.ts';

/** One change: what it was, and opened, what is different. */
export function ChangeRow({
  change,
  step,
  onUndo,
  version,
}: {
  change: Change;
  /** What its step is called, where the row is to say it. */
  step: string | undefined;
  onUndo(): void;
  version: number;
}) {
  const t = useT('history');
  const isUndone = change.undoneAt !== undefined;
  return (
    <FoldRow
      icon={iconOf(change)}
      title={
        <span className={cn(isUndone && 'text-ink-3 line-through')}>
          {change.undoes === undefined ? t(`verb.${verbOf(change)}`) : t('verb.tookBack')}{' '}
          <span className="font-medium">{change.title}</span>
        </span>
      }
      sub={
        <>
          {step === undefined ? null : <span className="min-w-0 max-w-[60%] shrink-0 truncate whitespace-pre">{step} · </span>}
          {isFile(change) ? (
            <PathText path={folderOf(change.target)} className="min-w-0" />
          ) : (
            <span className={cn(step === undefined && 'first-letter:uppercase')}>{t(`kind.${change.kind}`)}</span>
          )}
        </>
      }
      side={
        <>
          {isUndone ? <Badge>{t('undone')}</Badge> : null}
          {change.cannotUndo === undefined ? null : <Badge tone="wait">{t('state.cannot')}</Badge>}
          <span className="tabular shrink-0 text-ink-3 text-xs max-[760px]:hidden">
            <TimeOf at={change.at} />
          </span>
          {isUndone || change.cannotUndo !== undefined ? null : (
            <Button variant="ghost" size="s" icon="undo-2" aria-label={`${t('undoOne')}: ${change.title}`} onClick={onUndo}>
              {t('undoOne')}
            </Button>
          )}
        </>
      }
    >
      {() => <Body change={change} version={version} />}
    </FoldRow>
  );
}

/** Who did it and why it was allowed: of a step by its decision, of anything else by hand. */
export const ChangeWhy = ({ change: { id, run, step, actor } }: { change: Change }) =>
  run === undefined || step === undefined ? <DoneBy actor={actor} change={id} /> : <WhyAllowed run={run} step={step} />;

const isFile = ({ kind }: Change): boolean => kind === 'file' || kind === 'folder';

function Body({ change, version }: { change: Change; version: number }) {
  const t = useT('history');
  const short = useWithTilde();
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
          {short(words)}
        </p>
      )}
      {change.note === undefined ? null : <p className="m-0 text-ink-3 text-sm">{short(change.note)}</p>}
      <ChangeWhy change={change} />
    </>
  );
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'), 1));
