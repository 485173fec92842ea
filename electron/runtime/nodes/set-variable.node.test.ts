import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from './define-node.ts';
import { forEachNode } from './for-each.node.ts';
import { inputNode } from './input.node.ts';
import { outputNode } from './output.node.ts';
import { setVariableNode } from './set-variable.node.ts';
import { transformNode } from './transform.node.ts';

let lab: EngineLab | undefined;
let executed = 0;
let isOpen = true;
beforeEach(() => {
  executed = 0;
  isOpen = true;
});
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const given = testNode('test.given', {
  inputs: [],
  run: async ({ config }) => {
    executed += 1;
    return { out: config.value ?? null };
  },
});
const gate = testNode('test.gate', {
  run: async ({ signal, scope }) => {
    if (isOpen) return { out: scope.input };
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new AppError('cancelled', 'stopped'))));
  },
});
const nodes = [given, gate, setVariableNode, transformNode, outputNode, inputNode, forEachNode] as AnyNodeType[];
const set = (id: string, expression: string, name = 'total') => ({ id, kind: 'flow.set-variable', config: { name, expression } });
const total = { name: 'total', schema: { type: 'number' }, initial: 1 };

const withVariables = (document: WorkflowDocument, variables: WorkflowDocument['variables']): WorkflowDocument => ({
  ...document,
  variables,
});
const counting = (value: JsonValue) =>
  withVariables(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value } },
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 1 } },
        set('s', 'vars.total + input'),
        { id: 'w', kind: 'test.gate' },
        { id: 'r', kind: 'data.transform', config: { expression: 'vars.total' } },
        { id: 'o', kind: 'flow.output', config: { name: 'sum' } },
      ],
      ['g>l', 'l.item>s', 'l.done>w', 'w>r', 'r>o'],
    ),
    [total],
  );

test('what is set is read by the steps after it, also from inside a loop', async () => {
  lab = openLab(nodes);
  expect((await lab.run(counting([2, 3, 4]))).outputs).toEqual({ sum: 10 });
});

test('a host that closes in between reads the last value that was set', async () => {
  lab = openLab(nodes);
  isOpen = false;
  const id = lab.start(counting([2, 3]));
  await until(() => lab?.events(id).some((event) => event.type === 'step-done' && event.step === 'l') === true, 'both are set');
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ sum: 6 });
  expect(executed).toBe(1);
});

test('a text may be a template, and a large value survives a restart', async () => {
  lab = openLab(nodes);
  const text = 'x'.repeat(40_000);
  isOpen = false;
  const document = withVariables(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: text } },
        { id: 's', kind: 'flow.set-variable', config: { name: 'note', how: 'text', text: 'It was {{ input }}' } },
        { id: 'w', kind: 'test.gate' },
        { id: 'r', kind: 'data.transform', config: { expression: '$length(vars.note)' } },
        { id: 'o', kind: 'flow.output', config: { name: 'length' } },
      ],
      ['g>s', 's>w', 'w>r', 'r>o'],
    ),
    [{ name: 'note', schema: { type: 'string' }, initial: '' }],
  );
  const id = lab.start(document);
  await until(() => lab?.events(id).some((event) => event.type === 'step-done' && event.step === 's') === true, 'it is set');
  await lab.reopen();
  isOpen = true;
  lab.lab.engine.resumeUnfinished();
  expect((await lab.end(id)).outputs).toEqual({ length: 40_007 });
});

test('a value that is not of its kind is refused', async () => {
  lab = openLab(nodes);
  const end = await lab.run(withVariables(graph([set('s', '"three"')]), [total]));
  expect(end.error?.code).toBe('variable-wrong-type');
  expect(end.error?.message).toContain('“total” must be number, not string');
});

test('complaints: an unknown one, two of a name, an input’s name, a first value that does not fit', () => {
  lab = openLab(nodes);
  const { engine } = lab.lab;
  const codes = (document: WorkflowDocument) => engine.check(document).map(({ code, severity }) => `${severity} ${code}`);
  const one = graph([set('s', '1', 'totl')]);
  expect(engine.check(withVariables(one, [total]))).toMatchObject([
    { severity: 'error', code: 'variable-unknown', node: 's', field: 'name' },
  ]);
  const plain = graph([set('s', '1')]);
  expect(codes(withVariables(plain, [total, total]))).toEqual(['error variable-twice']);
  expect(codes(withVariables(plain, [{ ...total, initial: 'one' }]))).toEqual(['error variable-initial-wrong']);
  expect(() => lab?.start(withVariables(plain, [{ ...total, initial: 'one' }]))).toThrow(
    expect.objectContaining({ code: 'workflow-invalid', place: 'variables.total.initial', hint: expect.stringContaining('first value') }),
  );
  const input = { id: 'i', kind: 'flow.input', config: { name: 'total', type: 'number' } };
  expect(codes(withVariables(graph([set('s', '1'), input]), [total]))).toEqual(['error variable-is-input']);
  const reading = graph([{ id: 'r', kind: 'data.transform', config: { expression: 'vars.totl + 1' } }]);
  expect(codes(withVariables(reading, [total]))).toEqual(['warning variable-unknown']);
});

test('of several that set it at the same time, the one that the journal has last counts', async () => {
  lab = openLab(nodes);
  const document = withVariables(
    graph(
      [
        { id: 'g', kind: 'test.given', config: { value: Array.from({ length: 40 }, (_, index) => index) } },
        { id: 'l', kind: 'flow.for-each', config: { concurrency: 16 } },
        // Asked for in another order than they come.
        { id: 'x', kind: 'data.transform', config: { expression: 'input % 3 = 0 ? $sum([1..2000]) - 2001000 + input : input' } },
        set('s', 'input'),
        { id: 'r', kind: 'data.transform', config: { expression: 'vars.total' } },
        { id: 'o', kind: 'flow.output', config: { name: 'last' } },
      ],
      ['g>l', 'l.item>x', 'x>s', 'l.done>r', 'r>o'],
    ),
    [total],
  );
  const end = await lab.run(document);
  const last = end.events.findLast((event) => event.type === 'step-done' && event.node === 's');
  expect(last).toMatchObject({ outputs: { out: end.outputs.last } });
});
