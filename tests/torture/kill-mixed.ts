// The kill torture's third kind of run: every construct of a graph in one workflow, with effects of which the ledger tells. A repeat
// over a variable, a try whose work fails, a merge that goes on with the first branch, a large output, and a question to a person.

import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';

const node = (id: string, kind: string, config: object) => ({ id, kind, config, position: { x: 0, y: 0 } });
const edge = (text: string, index: number) => {
  const [from = '', to = ''] = text.split('>');
  const [source = '', port = 'out'] = from.split('.');
  return { id: `e${index}`, from: { node: source, port }, to: { node: to, port: 'in' } };
};
const record = (id: string, key: string) => node(id, 'tool.call', { server: 'ledger', tool: 'record', args: { key } });

export const rounds = 3;
/** Rows of the large output: about 60 KB, which is kept beside the journal. */
const rows = 3000;

export const mixedDocument: WorkflowDocument = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Mixed',
  variables: [{ name: 'count', schema: { type: 'integer' }, initial: 0 }],
  nodes: [
    node('name', 'flow.input', { name: 'name', label: 'Name', type: 'text', required: true }),
    node('big', 'data.transform', { expression: `($name := vars.name; $join([1..${rows}].($name & ' row ' & $string($)), '\n'))` }),
    node('rounds', 'flow.repeat', { until: `vars.count >= ${rounds}`, maxTimes: 10 }),
    record('record-round', '{{ vars.name }}-round-{{ vars.count }}'),
    node('count', 'flow.set-variable', { name: 'count', expression: 'vars.count + 1' }),
    node('attempt', 'flow.try', {}),
    node('trouble', 'data.transform', { expression: "$error('it never works')" }),
    record('record-caught', '{{ vars.name }}-caught'),
    node('slow', 'flow.delay', { seconds: 0.03 }),
    node('fast', 'flow.delay', { seconds: 0.01 }),
    node('either', 'flow.merge', { wait: 'first', mode: 'first' }),
    record('record-merged', '{{ vars.name }}-merged'),
    node('ask', 'person.ask', { question: 'Go on?' }),
    record('record-asked', '{{ vars.name }}-{{ input }}'),
    node('size', 'data.transform', { expression: '$length(steps.big)' }),
    node('big-result', 'flow.output', { name: 'big' }),
    node('result', 'flow.output', { name: 'size' }),
  ].map((each) => (each.id === 'attempt' ? { ...each, retry: { times: 1, delayMs: 5 } } : each)),
  edges: [
    'name>big',
    'big>rounds',
    'rounds.item>record-round',
    'record-round>count',
    'rounds.done>attempt',
    'attempt.item>trouble',
    'attempt.error>record-caught',
    'big>slow',
    'big>fast',
    'slow>either',
    'fast>either',
    'either>record-merged',
    'record-merged>ask',
    'ask>record-asked',
    'record-asked>size',
    'size>result',
    'big>big-result',
  ].map(edge),
});

/** What the person says to its question, which is part of a key. */
export const mixedAnswer = 'asked';

export const mixedKeys = (name: string): string[] => [
  ...Array.from({ length: rounds }, (_, index) => `${name}-round-${index}`),
  `${name}-caught`,
  `${name}-merged`,
  `${name}-${mixedAnswer}`,
];

/** The key that a step writes; undefined for steps that have no effect. */
export function mixedKey(name: string, step: string): string | undefined {
  const [, what, round] = /^record-(\w+?)(?:#(\d+))?$/.exec(step) ?? [];
  if (what === undefined) return undefined;
  return round === undefined ? `${name}-${what}` : `${name}-round-${round}`;
}
