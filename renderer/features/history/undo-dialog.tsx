// What undoing would do, before it is done: what comes back, what was changed since with a choice for each or for all, and what cannot be
// undone; then how far it is, with a way to stop it. Any number of changes.

import { useRef, useState } from 'react';
import { AppError } from '../../../shared/errors.ts';
import type { UndoPlan, UndoResult, UndoSelection } from '../../../shared/model/change.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, ErrorState } from '../../ui/index.ts';
import { type Chosen, countOf, nothingChosen, ownChoices, rowCount } from './planned.ts';
import { PlannedList } from './planned-list.tsx';
import { tellResult } from './tell-result.ts';
import { type Looked, usePlan } from './use-plan.ts';

export interface UndoDialogProps {
  selection: UndoSelection;
  onClose(): void;
  onDone?(): void;
}

export function UndoDialog({ selection, onClose, onDone }: UndoDialogProps) {
  const t = useT('history');
  const { plan, looked, error, again } = usePlan(selection);
  const [chosen, setChosen] = useState<Chosen>(nothingChosen);
  const [going, setGoing] = useState<Looked>();
  const task = useTask();
  // Closed while it goes on, it must not close what was opened since.
  const isLeft = useRef(false);
  const leave = (): void => {
    isLeft.current = true;
    onClose();
  };
  const count = plan === undefined ? 0 : countOf(plan, chosen);
  const act = (): void => {
    if (plan === undefined) return;
    void task
      .run(async () => tellResult(await carryOut(plan, chosen, setGoing)))
      .then((isDone) => {
        setGoing(undefined);
        if (!isDone) return;
        onDone?.();
        if (!isLeft.current) onClose();
      });
  };
  const isGoing = task.isBusy && going !== undefined;
  return (
    <Dialog
      open
      onOpenChange={leave}
      title={isGoing ? t('plan.going') : count === 0 ? t('plan.title') : t('plan.titleOf', { count })}
      description={isGoing ? t('plan.goesOn') : plan === undefined ? t('plan.looking') : t('plan.redoNote')}
      footer={
        <>
          <Button variant="ghost" onClick={leave}>
            {isGoing || count === 0 ? t('plan.close') : t('plan.cancel')}
          </Button>
          {plan === undefined || count === 0 ? null : isGoing ? (
            <Button icon="square" onClick={() => void client.undo.stop({ plan: plan.id })}>
              {t('plan.stop')}
            </Button>
          ) : (
            <Button variant="primary" icon="undo-2" loading={task.isBusy} onClick={act}>
              {t('plan.action', { count })}
            </Button>
          )}
        </>
      }
    >
      {error !== undefined ? <ErrorState error={error} onRetry={again} /> : null}
      {plan === undefined && error === undefined ? <Far label={t('plan.looking')} far={looked} /> : null}
      {isGoing ? <Far label={t('plan.going')} far={going} /> : null}
      {plan === undefined || isGoing ? null : <Planned plan={plan} chosen={chosen} onChosen={setChosen} />}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}

function Planned({ plan, chosen, onChosen }: { plan: UndoPlan; chosen: Chosen; onChosen(next: Chosen): void }) {
  const t = useT('history');
  const { already } = plan.counts;
  if (rowCount(plan) + already === 0) return <p className="m-0 text-ink-2">{t('plan.nothing')}</p>;
  return (
    <>
      {already === 0 ? null : <p className="m-0 text-ink-3 text-sm">{t('plan.already', { count: already })}</p>}
      {plan.mark === undefined ? null : <p className="tabular m-0 text-ink-3 text-sm">{t('plan.mark', { mark: plan.mark })}</p>}
      {rowCount(plan) === 0 ? null : <PlannedList plan={plan} chosen={chosen} onChosen={onChosen} />}
    </>
  );
}

/** How far it is; no more than a line where that is not known yet. */
function Far({ label, far }: { label: string; far: Looked | undefined }) {
  const t = useT('history');
  return (
    <div className="late flex min-h-16 flex-col justify-center gap-1.5">
      <p className="tabular m-0 text-ink-2 text-sm" role="status">
        {far === undefined ? label : t('plan.far', { done: far.done, of: far.of })}
      </p>
      <progress
        aria-label={label}
        className="h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-run"
        {...(far === undefined ? {} : { value: far.done, max: Math.max(1, far.of) })}
      />
    </div>
  );
}

async function carryOut({ id, hash }: UndoPlan, chosen: Chosen, tell: (far: Looked) => void): Promise<UndoResult> {
  const asked = { plan: id, hash, choices: ownChoices(chosen), otherwise: chosen.otherwise };
  for await (const events of await client.undo.carryOut(asked))
    for (const event of events) {
      if (event.kind === 'result') return event.result;
      tell({ done: event.done, of: event.of });
    }
  throw new AppError('undo-unclear', 'How the undo ended is not known here.', { hint: 'History shows what was taken back.' });
}
