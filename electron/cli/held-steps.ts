// Which steps of a held run may be done next, and letting one of them through: one that only runs its body is followed into it,
// since what a person means by the next step is one that does something.

import { hasBody } from '../../shared/model/body-kinds.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { emptyRunView, foldRun, type RunView, type StepView } from '../../shared/model/run-view.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';

/** Kinds of the nodes of a graph, by id. */
export type Kinds = ReadonlyMap<string, string>;
export const kindsOf = (document: WorkflowDocument | undefined): Kinds =>
  new Map(document?.nodes.map((node) => [node.id as string, node.kind]) ?? []);

const isOpen = (step: StepView, kinds: Kinds): boolean => hasBody(kinds.get(step.node));

/** Ready and held; none while something still goes. A step that waits for its body does not go by itself. */
export function nextSteps(view: RunView, kinds: Kinds): string[] {
  const steps = [...view.steps.values()];
  const goes = steps.some((step) => step.status === 'retrying' || (step.status === 'running' && !isOpen(step, kinds)));
  return goes ? [] : steps.filter((step) => step.status === 'held').map((step) => step.step);
}

/** Lets the named one through, else the next, and is back when it has ended, waits for a person, or the run is over. */
export async function letThrough(client: HostClient, id: RunId, named: string | undefined): Promise<void> {
  const { events, document } = await client.runs.get({ id });
  const kinds = kindsOf(document);
  const after = events.at(-1)?.seq ?? 0;
  let { step } = await client.runs.stepOnce({ id, ...(named === undefined ? {} : { step: named }) });
  let view: RunView = emptyRunView;
  for await (const batch of await client.runs.watch({ id, after: 0 })) {
    view = foldRun(
      view,
      batch.map((one) => one.event),
    );
    const hasEnded = batch.some(({ seq, event }) => {
      if (seq <= after) return false;
      if (event.type === 'run-end') return true;
      const isEnd = event.type === 'step-done' || event.type === 'step-failed' || event.type === 'step-waiting';
      return isEnd && (event.step === step || event.step.startsWith(`${step}~`));
    });
    if (hasEnded) return;
    const passed = view.steps.get(step);
    if (passed?.status === 'running' && isOpen(passed, kinds) && nextSteps(view, kinds).length > 0)
      ({ step } = await client.runs.stepOnce({ id }));
  }
}
