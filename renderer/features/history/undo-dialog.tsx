// What undoing would do, before it is done: what comes back, what was changed since with a choice for each, and what cannot be undone.

import { useState } from 'react';
import type { ChangeImage, UndoChoice, UndoItem, UndoResult, UndoSelection } from '../../../shared/model/change.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { useTask, useWithTilde } from '../../shell/index.ts';
import { getT, useT } from '../../strings/index.ts';
import {
  Button,
  cn,
  Dialog,
  ErrorNote,
  ErrorState,
  formatBytes,
  Icon,
  Select,
  Skeleton,
  SkeletonRows,
  toast,
  toastError,
} from '../../ui/index.ts';
import { Lines } from './difference.tsx';
import { iconOf } from './words.ts';

export interface UndoDialogProps {
  selection: UndoSelection;
  onClose(): void;
  onDone?(): void;
}

export function UndoDialog({ selection, onClose, onDone }: UndoDialogProps) {
  const t = useT('history');
  const plan = useCall((signal) => client.undo.plan({ selection }, { signal }), [JSON.stringify(selection)]);
  const [choices, setChoices] = useState<Record<string, UndoChoice>>({});
  const task = useTask();
  const items = plan.data ?? [];
  const of = (state: UndoItem['state']): UndoItem[] => items.filter((item) => item.state === state);
  const [ready, conflicts, cannot, already] = [of('ready'), of('conflict'), of('cannot'), of('already')];
  const chosen = conflicts.filter((item) => (choices[item.change.id] ?? 'keep') !== 'keep').length;
  const count = ready.length + chosen;
  const act = (): void => {
    void task
      .run(async () => tellResult(await client.undo.undo({ selection, choices })))
      .then((isDone) => {
        if (!isDone) return;
        onDone?.();
        onClose();
      });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={count === 0 ? t('plan.title') : t('plan.titleOf', { count })}
      description={plan.data === undefined ? t('plan.looking') : t('plan.redoNote')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {count === 0 ? t('plan.close') : t('plan.cancel')}
          </Button>
          {count === 0 ? null : (
            <Button variant="primary" icon="undo-2" loading={task.isBusy} onClick={act}>
              {t('plan.action', { count })}
            </Button>
          )}
        </>
      }
    >
      {plan.error !== undefined ? <ErrorState error={plan.error} onRetry={plan.reload} /> : null}
      {plan.data === undefined && plan.error === undefined ? <SkeletonRows count={4} /> : null}
      {plan.data !== undefined && ready.length + conflicts.length + cannot.length + already.length === 0 ? (
        <p className="m-0 text-ink-2">{t('plan.nothing')}</p>
      ) : null}
      {ready.length === 0 ? null : <Group title={t('plan.ready', { count: ready.length })} items={ready} />}
      {conflicts.length === 0 ? null : (
        <section aria-label={t('state.conflict')}>
          <h3 className="m-0 mb-1.5 font-medium text-base text-wait">{t('plan.conflicts', { count: conflicts.length })}</h3>
          <ul className="m-0 flex list-none flex-col gap-2.5 p-0">
            {conflicts.map((item) => (
              <Conflict
                key={item.change.id}
                item={item}
                choice={choices[item.change.id] ?? 'keep'}
                onChoose={(choice) => setChoices((before) => ({ ...before, [item.change.id]: choice }))}
              />
            ))}
          </ul>
        </section>
      )}
      {cannot.length === 0 ? null : <Group title={t('plan.cannot', { count: cannot.length })} items={cannot} />}
      {already.length === 0 ? null : <p className="m-0 text-ink-3 text-sm">{t('plan.already', { count: already.length })}</p>}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}

const shownInGroup = 50;

function Group({ title, items }: { title: string; items: readonly UndoItem[] }) {
  const short = useWithTilde();
  return (
    <section aria-label={title}>
      <h3 className="m-0 mb-1 font-medium text-base text-ink">{title}</h3>
      <ul className="m-0 flex list-none flex-col p-0">
        {items.slice(0, shownInGroup).map(({ change, words }) => (
          <li key={change.id} className="flex min-w-0 items-start gap-2 py-0.5 text-ink-2 text-sm">
            <Icon name={iconOf(change)} size={14} className="mt-0.5 shrink-0 text-ink-3" />
            <span className="min-w-0 [overflow-wrap:anywhere]" title={change.target}>
              {short(words)}
            </span>
          </li>
        ))}
        {items.length > shownInGroup ? <li className="py-0.5 pl-[22px] text-ink-3 text-sm">… {items.length - shownInGroup}</li> : null}
      </ul>
    </section>
  );
}

function Conflict({ item, choice, onChoose }: { item: UndoItem; choice: UndoChoice; onChoose(choice: UndoChoice): void }) {
  const t = useT('history');
  const { change, words } = item;
  const [isOpen, setOpen] = useState(false);
  // Putting back what was not there is deleting what is there now.
  const wasNothing = (change.op ?? 'write') === 'write' && change.before === null;
  const canBeBeside = (change.kind === 'file' || change.kind === 'folder') && change.op === 'write' && change.before !== null;
  const options: UndoChoice[] = canBeBeside ? ['keep', 'restore', 'beside'] : ['keep', 'restore'];
  return (
    <li className="rounded-md border border-line px-3 py-2">
      <div className="flex min-w-0 items-center gap-2">
        <Icon name={iconOf(change)} size={14} className="shrink-0 text-ink-3" />
        <span className="min-w-0 flex-1 truncate font-medium text-ink" title={change.target}>
          {change.title}
        </span>
        <Select
          aria-label={t('choice.label', { title: change.title })}
          className="w-48 shrink-0"
          value={choice}
          onChange={(next) => onChoose(next as UndoChoice)}
          options={options.map((value) => ({ value, label: t(`choice.${value === 'restore' && wasNothing ? 'remove' : value}`) }))}
        />
      </div>
      <p className="m-0 mt-0.5 text-ink-2 text-sm">{words}</p>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="mt-1 flex items-center gap-1 rounded-sm text-accent-ink text-sm hover:underline"
      >
        <Icon name="chevron-right" size={13} className={cn('transition-transform duration-120', isOpen && 'rotate-90')} />
        {t('choice.see')}
      </button>
      {isOpen ? <PutBack change={change} /> : null}
    </li>
  );
}

/** From what is there now to what was before: what putting it back takes away, and what it brings. */
function PutBack({ change }: { change: UndoItem['change'] }) {
  const t = useT('history');
  const detail = useCall((signal) => client.undo.getChange({ id: change.id }, { signal }), [change.id]);
  if (detail.error !== undefined) return <ErrorNote error={detail.error} className="mt-2" />;
  if (detail.data === undefined) return <Skeleton className="mt-2 h-12 w-full" />;
  const { now, before } = detail.data;
  const image = (state: ChangeImage | null): string =>
    state === null ? t('nothing') : `${formatBytes(state.bytes)}${state.why === undefined ? '' : ` · ${state.why}`}`;
  const isText = [now, before].every((state) => state === null || state.text !== undefined);
  return (
    <div className="mt-2">
      {isText ? (
        <Lines before={now?.text ?? ''} after={before?.text ?? ''} />
      ) : (
        <p className="m-0 text-ink-2 text-sm">
          {t('now')}: {image(now)}. {t('before')}: {image(before)}.
        </p>
      )}
    </div>
  );
}

/** A toast with what came of it, and the way back. */
export function tellResult(result: UndoResult): void {
  const t = getT('history');
  const { done, kept, failed, set } = result;
  const [first] = failed;
  const notes = [
    ...(kept === 0 ? [] : [t('kept', { count: kept })]),
    ...(first === undefined ? [] : [t('failed', { title: first.title, message: first.message })]),
  ];
  toast({
    title: done === 0 ? t('doneNothing') : t('done', { count: done }),
    text: notes.length === 0 ? undefined : notes.join('. '),
    tone: first === undefined ? 'ok' : 'bad',
    ...(set === undefined
      ? {}
      : {
          timeout: 8000,
          action: {
            label: t('undoThat'),
            onClick: () =>
              void client.undo
                .undo({ selection: { set } })
                .then(tellResult)
                .catch((thrown: unknown) => toastError(toAppError(thrown))),
          },
        }),
  });
}
