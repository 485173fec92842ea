// What a fork takes over: the results of every step that need not be done again, as events that are written into the new
// run's journal before it begins. Pure.

import { AppError } from '../../../../shared/errors.ts';
import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunEvent, SequencedEvent } from '../../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type Journal, readJournal } from '../journal.ts';
import { type Plan, type PlanNode, quoted } from '../plan-types.ts';
import { ForkMarks, placeOf } from './fork-marks.ts';
import { changedNodes } from './graph-difference.ts';
import { above } from './replay-source.ts';

export interface ForkSource {
  run: RunId;
  document: WorkflowDocument;
  events: readonly SequencedEvent[];
}

export interface ForkChoice {
  /** The graph of the new run. */
  document: WorkflowDocument;
  plan: Plan;
  step?: string | undefined;
  outputs?: Record<string, JsonValue> | undefined;
  areInputsNew: boolean;
  at: number;
}

/** Throws `fork-step-missing`, `pin-unknown-port`. */
export function forkSeed(source: ForkSource, choice: ForkChoice): RunEvent[] {
  const { plan, step, outputs, at } = choice;
  const marks = new ForkMarks(plan);
  const chosen = step === undefined ? undefined : chooseStep(marks, step);
  if (outputs !== undefined) checkOutputs(chosen?.node, step, outputs);
  if (chosen !== undefined) marks.mark(chosen.node, chosen.path, outputs !== undefined && !chosen.isBelow);
  for (const id of changedNodes(source.document, choice.document)) {
    const node = marks.node(id);
    if (node !== undefined) marks.mark(node, []);
  }
  marks.markReaders();
  const seed = choice.areInputsNew ? [] : takenOver(source, marks, choice);
  if (step !== undefined && outputs !== undefined)
    seed.push({
      type: 'step-done',
      at,
      step,
      node: chosen?.isBelow === true ? 'person' : (chosen?.node.id ?? ''),
      attempt: 1,
      ms: 0,
      outputs,
      from: { kind: 'pin' },
    });
  return seed;
}

function chooseStep(marks: ForkMarks, step: string): { node: PlanNode; path: number[]; isBelow: boolean } {
  const base = above(step) ?? step;
  const { node: id, path } = placeOf(base);
  const node = marks.node(id);
  if (node === undefined || path.length > marks.depth(node))
    throw new AppError('fork-step-missing', `There is no step ${quoted(step)} to fork from.`, {
      place: step,
      hint: 'A step is its node’s id, in a loop with its round counted from 0, such as save or save#2. It must be in the graph that is used.',
    });
  return { node, path, isBelow: base !== step };
}

function checkOutputs(node: PlanNode | undefined, step: string | undefined, outputs: Record<string, JsonValue>): void {
  if (node === undefined || step === undefined)
    throw new AppError('fork-needs-step', 'Outputs stand in for those of one step, and none was named.', {
      place: 'step',
      hint: 'Name the step.',
    });
  if (above(step) === undefined) checkPorts(node, outputs);
}

/** Throws `pin-unknown-port`. */
export function checkPorts(node: PlanNode, outputs: Record<string, JsonValue>): void {
  const names = node.outputs.map((port) => port.name);
  const unknown = Object.keys(outputs).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new AppError('pin-unknown-port', `${quoted(node.title)} has no output ${quoted(unknown)}.`, {
      place: node.id,
      hint: names.length === 0 ? 'It gives nothing.' : `It has: ${names.join(', ')}.`,
    });
}

function takenOver({ run, events }: ForkSource, marks: ForkMarks, { step: chosen, outputs, at }: ForkChoice): RunEvent[] {
  const journal = readJournal(events);
  const from = { kind: 'fork' as const, run };
  const seed: RunEvent[] = [];
  let isPastChosen = false;
  for (const { event } of events) {
    if (!('step' in event)) continue;
    isPastChosen ||= event.step === chosen;
    if (
      event.type === 'step-failed' &&
      event.retryAt !== undefined &&
      (isRoundOfDone(journal, marks, event) || isRoundBefore(marks, event, chosen))
    ) {
      seed.push({ ...event, at, ms: 0, retryAt: at });
      continue;
    }
    if (outputs !== undefined && event.step === chosen) continue;
    const parent = above(event.step);
    const isMarked = marks.isMarked(placeOf(parent ?? event.step));
    if (parent !== undefined) {
      // Of an agent's turn that is taken up in the middle, what came before that stays.
      const isBefore = chosen !== undefined && above(chosen) === parent && !isPastChosen;
      if ((isMarked && !isBefore) || !isKeptBelow(journal, parent, event.step)) continue;
    } else if (isMarked) continue;
    if (event.type === 'step-done') seed.push({ ...event, at, ms: 0, from });
    else if (event.type === 'step-skipped') seed.push({ ...event, at });
    else if (event.type === 'step-failed' && event.retryAt === undefined && wentOn(journal, marks, event))
      seed.push({ ...event, at, ms: 0 });
  }
  return seed.concat(openIntents(journal, marks, at));
}

/** A question about an outcome belongs to its attempt: without the step's own result it would be asked in vain. */
const isKeptBelow = (journal: Journal, parent: string, step: string): boolean =>
  !step.includes('~') || journal.steps.get(parent)?.outputs !== undefined;

/** The rounds of a try that is taken over are on record as its attempts: whoever replays the fork goes through them too. */
const isRoundOfDone = (journal: Journal, marks: ForkMarks, { step }: { step: string }): boolean =>
  marks.node(placeOf(step).node)?.type.control === 'try' &&
  above(step) === undefined &&
  journal.steps.get(step)?.outputs !== undefined &&
  !marks.isMarked(placeOf(step));

/** Each attempt of a try is a round of its body: one that is taken up in a later round is at that attempt. */
function isRoundBefore(marks: ForkMarks, event: Extract<RunEvent, { type: 'step-failed' }>, chosen: string | undefined): boolean {
  const owner = placeOf(event.step);
  const at = placeOf(above(chosen ?? '') ?? chosen ?? '');
  const round = at.path[owner.path.length];
  if (round === undefined || event.attempt > round || marks.node(owner.node)?.type.control !== 'try') return false;
  const chosenNode = marks.node(at.node);
  for (let each = chosenNode && marks.ownerOf(chosenNode); each !== undefined; each = marks.ownerOf(each))
    if (each.id === owner.node) return owner.path.every((value, level) => at.path[level] === value);
  return false;
}

/** The run went on with this failure: out of the error port, or inside a body whose owner came to its end all the same. */
function wentOn(journal: Journal, marks: ForkMarks, event: Extract<RunEvent, { type: 'step-failed' }>): boolean {
  if (above(event.step) !== undefined) return true;
  if (event.error.code === 'step-given-up') return true;
  return marks.node(placeOf(event.step).node)?.node.onError === 'continue' || isInDoneBody(journal, marks, event.step);
}

function isInDoneBody(journal: Journal, marks: ForkMarks, step: string): boolean {
  const { node: id, path } = placeOf(step);
  const node = marks.node(id);
  if (node === undefined || path.length === 0) return false;
  for (let owner = marks.ownerOf(node), depth = path.length - 1; owner !== undefined; owner = marks.ownerOf(owner), depth -= 1) {
    const rounds = path.slice(0, depth);
    const key = rounds.length === 0 ? owner.id : `${owner.id}#${rounds.join('.')}`;
    if (journal.steps.get(key)?.outputs !== undefined) return !marks.isMarked(placeOf(key));
  }
  return false;
}

/** A `once` effect that began and whose outcome nobody knows is asked about, not simply done a second time. */
function openIntents(journal: Journal, marks: ForkMarks, at: number): RunEvent[] {
  const open: RunEvent[] = [];
  for (const [step, record] of journal.steps) {
    if (!record.isBegun || record.isWaiting || record.outputs !== undefined || above(step) !== undefined) continue;
    const place = placeOf(step);
    const type = marks.node(place.node)?.type;
    if (type === undefined || marks.isMarked(place) || (type.effect !== 'once' && type.effectOf === undefined)) continue;
    open.push({ type: 'step-start', at, step, node: place.node, attempt: record.attempt });
  }
  return open;
}
