// Two runs side by side: graph, inputs, and each step's outcome. Pure.

import type { JsonValue } from '../../../../shared/model/json.ts';
import type { RunSummary } from '../../../../shared/model/run.ts';
import type { RunComparison, StepDifference } from '../../../../shared/model/run-comparison.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { canonicalJson } from '../../policy/canonical.ts';
import type { StepRecord } from '../journal.ts';
import { graphDifference } from './graph-difference.ts';
import type { Recording } from './replay-source.ts';

const shownChars = 2000;
/** Texts of all steps together; past it, only states are told: a wire takes 4 MB. */
const maxChars = 1_500_000;
/** Past it, steps that are the same are only counted. */
const maxSteps = 10_000;

export interface ComparedRun {
  run: RunSummary;
  document: WorkflowDocument | undefined;
  recording: Recording;
}

export function compareRuns(left: ComparedRun, right: ComparedRun, hash: (text: string) => string): RunComparison {
  const a = left.recording.journal;
  const b = right.recording.journal;
  const nodes = new Map([...nodesOf(right.recording), ...nodesOf(left.recording)]);
  const keys = [...a.steps.keys(), ...[...b.steps.keys()].filter((step) => !a.steps.has(step))];
  const budget = { left: maxChars };
  let leftOut = 0;
  const steps = keys.flatMap((step): StepDifference[] => {
    const was = a.steps.get(step);
    const is = b.steps.get(step);
    const state = was === undefined ? 'only-right' : is === undefined ? 'only-left' : isSame(was, is, hash) ? 'same' : 'changed';
    if (state === 'same' && keys.length > maxSteps) {
      leftOut += 1;
      return [];
    }
    const difference: StepDifference = {
      step,
      node: nodes.get(step) ?? step.replace(/[#/~].*$/, ''),
      state,
      ...(was === undefined ? {} : { left: sideOf(left.recording, step, was, budget) }),
      ...(is === undefined ? {} : { right: sideOf(right.recording, step, is, budget) }),
    };
    return [difference];
  });
  const blank = { added: [], removed: [], changed: [] };
  return {
    left: left.run,
    right: right.run,
    graph: left.document === undefined || right.document === undefined ? blank : graphDifference(left.document, right.document),
    inputs: canonicalJson(a.inputs as JsonValue) === canonicalJson(b.inputs as JsonValue) ? 'same' : 'changed',
    steps,
    ...(leftOut === 0 ? {} : { leftOut }),
  };
}

function nodesOf({ steps }: Recording): [string, string][] {
  const nodes: [string, string][] = [];
  for (const [step, { last, earlier }] of steps) {
    const event = last ?? earlier[0];
    if (event !== undefined) nodes.push([step, event.node]);
  }
  return nodes;
}

const statusOf = (record: StepRecord): string => {
  if (record.outputs !== undefined) return 'done';
  if (record.failure !== undefined && record.failure.retryAt === undefined) return 'failed';
  if (record.failure !== undefined) return 'retrying';
  return record.isSkipped ? 'skipped' : record.isWaiting ? 'waiting' : 'running';
};

function isSame(left: StepRecord, right: StepRecord, hash: (text: string) => string): boolean {
  if (statusOf(left) !== statusOf(right)) return false;
  if (left.outputs === undefined) {
    const [was, is] = [left.failure?.error, right.failure?.error];
    return was?.code === is?.code && was?.message === is?.message;
  }
  const was = portTexts(left, hash);
  const is = portTexts(right, hash);
  return was.size === is.size && [...was].every(([port, text]) => is.get(port) === text);
}

/** By port the JSON text, or, where either lies in the store, a hash of it. */
function portTexts({ outputs = {}, large = {} }: StepRecord, hash: (text: string) => string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [port, value] of Object.entries(outputs)) {
    const text = JSON.stringify(value);
    texts.set(port, text.length > shownChars ? hash(text) : text);
  }
  for (const [port, { hash: known }] of Object.entries(large)) texts.set(port, known);
  return texts;
}

function sideOf(recording: Recording, step: string, record: StepRecord, budget: { left: number }): NonNullable<StepDifference['left']> {
  const last = recording.steps.get(step)?.last;
  const text = budget.left <= 0 ? undefined : textOf(record);
  budget.left -= text?.length ?? 0;
  return {
    status: statusOf(record),
    ...(last === undefined ? {} : { ms: last.ms }),
    ...(text === undefined ? {} : { outputs: text }),
  };
}

function textOf({ outputs, large = {}, failure }: StepRecord): string | undefined {
  if (outputs === undefined)
    return failure === undefined ? undefined : `${failure.error.code}: ${failure.error.message}`.slice(0, shownChars);
  const shown: Record<string, JsonValue> = { ...outputs };
  for (const [port, { preview, bytes }] of Object.entries(large)) shown[port] = `${preview}… (${bytes} bytes)`;
  return JSON.stringify(shown).slice(0, shownChars);
}
