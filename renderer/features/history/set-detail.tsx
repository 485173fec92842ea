import { useRef, useState } from 'react';
import type { Change, ChangeSetId, UndoSelection } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  ArrowList,
  Button,
  EmptyState,
  ErrorState,
  formatDateTime,
  IconButton,
  Menu,
  MenuItem,
  Skeleton,
  useFocusStays,
} from '../../ui/index.ts';
import { ChangeRow } from './change-row.tsx';
import { UndoDialog } from './undo-dialog.tsx';
import { useStepNames } from './use-step-names.ts';
import { useWho } from './use-who.ts';
import { byStep, setTitle } from './words.ts';

const none: readonly Change[] = [];
/** Changes that are shown at first, and more at a time; undoing them all is for all there are. */
const step = 200;
const most = 2000;

/** A change set: who, in what, each of its changes, and the ways to take them back. */
export function SetDetail({ id, version, onClose }: { id: string; version: number; onClose(): void }) {
  const t = useT('history');
  const whoIs = useWho();
  const [limit, setLimit] = useState(step);
  const found = useCall((signal) => client.undo.getSet({ id: id as ChangeSetId, limit }, { signal }), [id, version, limit]);
  const names = useStepNames(found.data?.set.run, found.data?.changes ?? none);
  const [undoing, setUndoing] = useState<UndoSelection>();
  const head = useRef<HTMLElement>(null);
  useFocusStays(head);
  if (found.error !== undefined && found.data === undefined) {
    if (found.error.code === 'change-set-not-found') return <EmptyState icon="history" title={t('gone')} />;
    return <ErrorState error={found.error} onRetry={found.reload} />;
  }
  if (found.data === undefined || found.data.set.id !== id)
    return (
      <div className="late flex flex-col gap-4 p-6">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="w-3/5" />
      </div>
    );
  const { set, changes } = found.data;
  const left = set.count - set.undone - set.cannot;
  const groups = byStep(changes);
  // A key is for machines: a step whose run is not kept any more is called by its place among those that changed something.
  const order = [...new Set(changes.flatMap(({ step }) => step ?? []))];
  const nameOf = (step: string | undefined): string | undefined =>
    step === undefined ? undefined : (names.steps[step] ?? t('aStep', { number: order.indexOf(step) + 1 }));
  const who = whoIs(set.actor);
  const { run, conversation } = set;
  return (
    <div className="flex min-h-full flex-col">
      <header ref={head} className="flex min-h-12 shrink-0 items-start gap-x-1.5 py-2 pr-3 pl-5">
        <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-3 gap-y-1.5">
          <div className="min-w-48 flex-1">
            <h2 className="m-0 truncate font-semibold text-ink text-lg">{names.run?.title ?? setTitle(set)}</h2>
            <p className="m-0 text-ink-3 text-sm">
              {set.isUndo ? t('undid', { who }) : who} · {formatDateTime(set.at)} · {t('changes', { count: set.count })}
              {set.undone === 0 ? '' : ` · ${set.undone === set.count ? t('undone') : t('partlyUndone', { count: set.undone })}`}
              {set.cannot === 0 ? '' : ` · ${t('cannot', { count: set.cannot })}`}
            </p>
          </div>
          <div className="mt-1.5 flex shrink-0 items-center gap-1.5">
            {left === 0 ? null : (
              <Button icon="undo-2" variant="primary" onClick={() => setUndoing({ set: set.id })}>
                {set.isUndo ? t('redo') : run === undefined ? t('undoSet') : t('undoRun')}
              </Button>
            )}
            <Menu trigger={<IconButton label={t('menu')} icon="ellipsis" />}>
              {run === undefined ? null : (
                <MenuItem icon="activity" onSelect={() => navigate(routes.runs(run))}>
                  {t('openRun')}
                </MenuItem>
              )}
              {conversation === undefined ? null : (
                <MenuItem icon="message-square" onSelect={() => navigate(routes.chat(conversation))}>
                  {t('openChat')}
                </MenuItem>
              )}
              {set.actor.kind === 'person' ? null : (
                <MenuItem icon="undo-2" onSelect={() => setUndoing({ since: set.at, actor: { kind: set.actor.kind, id: set.actor.id } })}>
                  {t('undoSinceBy', { who })}
                </MenuItem>
              )}
              <MenuItem icon="history" onSelect={() => setUndoing({ since: set.at })}>
                {t('undoSince')}
              </MenuItem>
            </Menu>
          </div>
        </div>
        <IconButton icon="x" label={t('close')} className="mt-1.5" onClick={onClose} />
      </header>
      <ArrowList className="flex flex-col gap-4 px-5 pt-1 pb-8">
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step may come twice
          <section key={index} aria-label={nameOf(group.step)}>
            {group.step === undefined ? null : (
              <div className="flex h-7 items-center gap-2">
                <h3 className="m-0 min-w-0 flex-1 truncate font-normal text-ink-3 text-xs">{nameOf(group.step)}</h3>
                {run === undefined ? null : (
                  <Button
                    variant="ghost"
                    size="s"
                    onClick={() => setUndoing({ run, ...(group.step === undefined ? {} : { step: group.step }) })}
                  >
                    {t('undoStep')}
                  </Button>
                )}
              </div>
            )}
            <ul className="m-0 list-none rounded-md border border-line p-0">
              {group.changes.map((change) => (
                <ChangeRow
                  key={change.id}
                  change={change}
                  step={group.step === undefined ? nameOf(change.step) : undefined}
                  version={version}
                  onUndo={() => setUndoing({ change: change.id })}
                />
              ))}
            </ul>
          </section>
        ))}
        {changes.length >= set.count || limit >= most ? null : (
          <Button variant="ghost" className="self-start" loading={found.loading} onClick={() => setLimit(Math.min(most, limit + step))}>
            {t('moreOf', { shown: changes.length, count: set.count })}
          </Button>
        )}
        {changes.length >= set.count || limit < most ? null : (
          <p className="m-0 text-ink-3 text-sm">{t('onlyFirst', { shown: changes.length, count: set.count })}</p>
        )}
      </ArrowList>
      {undoing === undefined ? null : <UndoDialog selection={undoing} onClose={() => setUndoing(undefined)} onDone={found.reload} />}
    </div>
  );
}
