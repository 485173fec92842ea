import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listSchema, objectSchema, textSchema } from '../../../shared/model/json-schema.ts';
import { parseWorkflowText } from '../../../shared/model/workflow.ts';
import { graph, testNode } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { noteNode } from '../nodes/note.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { checkConnection, planWorkflow } from './plan.ts';

const kinds = [
  testNode('test.any', { title: 'Any' }),
  testNode('test.files', {
    title: 'List folder',
    inputs: [],
    outputs: [{ name: 'out', label: 'Files', schema: listSchema(objectSchema()) }],
  }),
  testNode('test.text', { title: 'Text', inputs: [{ name: 'in', label: 'Text', schema: textSchema, required: true }] }),
  testNode('test.strict', {
    title: 'Strict',
    version: 3,
    inputs: [],
    config: z.object({ path: z.string().min(1, 'needs a path'), text: z.string().default('') }),
    fields: [
      { key: 'path', label: 'Path', kind: 'text' },
      { key: 'text', label: 'Body', kind: 'template' },
    ],
    upgrades: { 1: (config) => ({ file: config.name ?? '' }), 2: (config) => ({ path: config.file ?? '' }) },
    check: (config: { path: string }) => (config.path === 'bad' ? [{ field: 'path', message: 'is bad' }] : []),
  }),
  mergeNode,
  forEachNode,
  noteNode,
  outputNode,
] as AnyNodeType[];
const registry = { get: (kind: string) => kinds.find((node) => node.kind === kind) };
const check = (...args: Parameters<typeof graph>) => planWorkflow(graph(...args), registry);
const any = (id: string) => ({ id, kind: 'test.any' });
const loop = (id: string) => ({ id, kind: 'flow.for-each', config: {} });
const first = (...args: Parameters<typeof graph>) => check(...args).complaints.find((complaint) => complaint.severity === 'error');

describe('nodes', () => {
  test('an unknown kind is named with its node, and refuses the graph', () => {
    const { plan, complaints } = check([{ id: 'x', kind: 'acme.magic', title: 'Magic' }, any('a')], ['x.anything>a']);
    expect(plan).toBeUndefined();
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatchObject({ code: 'unknown-kind', node: 'x' });
    expect(complaints[0]?.message).toContain('acme.magic');
  });
  test('a wrong config names node and field', () => {
    expect(first([{ id: 's', kind: 'test.strict', version: 3, config: { path: '' } }])).toMatchObject({
      code: 'config-invalid',
      node: 's',
      field: 'path',
      message: '“Strict”: “Path” needs a path.',
    });
    expect(first([{ id: 's', kind: 'test.strict', version: 3, config: { path: 'bad' } }])).toMatchObject({ node: 's', field: 'path' });
    expect(first([{ id: 's', kind: 'test.strict', version: 3, config: { path: 'x', text: '{% if %}' } }])).toMatchObject({ field: 'text' });
  });
  test('an old config is brought up to date, a newer one refused', () => {
    const { plan } = check([{ id: 's', kind: 'test.strict', version: 1, config: { name: 'p' } }]);
    expect(plan?.nodes[0]?.config).toEqual({ path: 'p', text: '' });
    expect(first([{ id: 's', kind: 'test.strict', version: 4, config: { path: 'p' } }])?.code).toBe('node-too-new');
  });
  test('two nodes of one id, and an empty graph, are refused; notes are not run', () => {
    expect(first([any('a'), any('a')])?.code).toBe('duplicate-node');
    expect(first([])?.code).toBe('workflow-empty');
    expect(check([any('a'), { id: 'n', kind: noteNode.kind, config: noteNode.defaults }]).plan?.nodes).toHaveLength(1);
  });
});

describe('connections', () => {
  test('of types that never fit are refused in words', () => {
    expect(
      first(
        [
          { id: 'f', kind: 'test.files' },
          { id: 't', kind: 'test.text' },
        ],
        ['f>t'],
      ),
    ).toMatchObject({
      code: 'wrong-type',
      edge: 'e0',
      message: '“List folder” gives a list of object, and text is needed by “Text”.',
    });
  });
  test('to ports or nodes that are not there, and a second one into a port for one', () => {
    expect(first([any('a'), any('b')], ['a.nope>b'])).toMatchObject({ code: 'unknown-port', edge: 'e0' });
    expect(first([any('a')], ['a>gone'])).toMatchObject({ code: 'edge-to-nowhere', edge: 'e0' });
    expect(first([any('a'), any('b'), any('c')], ['a>c', 'b>c'])).toMatchObject({ code: 'port-taken', edge: 'e1' });
    expect(check([any('a'), any('b'), { id: 'm', kind: 'flow.merge', config: {} }], ['a>m', 'b>m']).plan).toBeDefined();
    expect(first([{ id: 't', kind: 'test.text' }])).toMatchObject({ code: 'input-missing', node: 't' });
  });
  test('in a ring are named', () => {
    const complaint = first([any('z'), { ...any('a'), title: 'A' }, { ...any('b'), title: 'B' }, any('c')], ['z>c', 'a>b', 'b>a']);
    expect(complaint?.code).toBe('cycle');
    expect(complaint?.message).toMatch(/“A”.*“B”|“B”.*“A”/);
    expect(complaint?.message).not.toContain('Any');
    expect(first([any('a')], ['a>a'])?.message).toContain('itself');
    // Told apart by their ids where they have one title.
    expect(first([any('a'), any('b')], ['a>b', 'b>a'])?.message).toMatch(/“Any” \(a\).*“Any” \(b\)|“Any” \(b\).*“Any” \(a\)/);
  });
});

describe('loop bodies', () => {
  test('a node fed from the item and from the results is refused', () => {
    const nodes = [any('v'), loop('l'), any('a'), { id: 'm', kind: 'flow.merge', config: {} }];
    expect(first(nodes, ['v>l', 'l.item>a', 'a>m', 'l.done>m'])).toMatchObject({ code: 'loop-mixed', node: 'l' });
    expect(first([...nodes, any('after')], ['v>l', 'l.item>a', 'l.done>after', 'after>m', 'a>m'])?.code).toBe('loop-mixed');
    expect(check([...nodes, any('other')], ['v>l', 'l.item>a', 'a>m', 'other>m']).plan).toBeDefined();
  });
  test('bodies that cross, outputs inside, and too many levels are refused', () => {
    const m = { id: 'm', kind: 'flow.merge', config: {} };
    expect(first([any('v'), loop('k'), loop('l'), m], ['v>k', 'v>l', 'k.item>m', 'l.item>m'])?.code).toBe('loops-cross');
    expect(first([any('v'), loop('l'), { id: 'o', kind: 'flow.output', config: { name: 'o' } }], ['v>l', 'l.item>o'])?.code).toBe(
      'output-in-loop',
    );
    const many = Array.from({ length: 12 }, (_, i) => loop(`l${i}`));
    expect(first([any('v'), ...many], ['v>l0', ...many.slice(1).map((node, i) => `l${i}.item>${node.id}`)])?.code).toBe('loops-too-deep');
  });
});

describe('a proposed connection', () => {
  const document = graph([any('a'), any('b'), { id: 'f', kind: 'test.files' }, { id: 't', kind: 'test.text' }], ['a>b']);
  const ask = (from: string, to: string) => checkConnection(document, registry, { node: from, port: 'out' }, { node: to, port: 'in' });
  test('is told why it may not be', () => {
    expect(ask('b', 'a')).toMatchObject({ code: 'cycle' });
    expect(ask('a', 'a')?.message).toContain('would make a loop');
    expect(ask('f', 't')).toMatchObject({ code: 'wrong-type' });
    expect(ask('f', 'b')).toMatchObject({ code: 'port-taken' });
    expect(ask('a', 't')).toBeUndefined();
  });
  test('may not mix a loop’s item with its results', () => {
    const nodes = [any('v'), loop('l'), any('a'), { id: 'm', kind: 'flow.merge', config: {} }];
    const looped = graph(nodes, ['v>l', 'l.item>a', 'l.done>m']);
    expect(checkConnection(looped, registry, { node: 'a', port: 'out' }, { node: 'm', port: 'in' })).toMatchObject({ code: 'loop-mixed' });
  });
});

describe('hostile graphs', () => {
  test('of the largest size are planned without deep recursion', () => {
    const nodes = Array.from({ length: 20_000 }, (_, i) => any(`n${i}`));
    const chain = nodes.slice(1).map((node, i) => `n${i}>${node.id}`);
    expect(check(nodes, chain).plan?.scopes[0]?.nodes).toHaveLength(20_000);
    expect(first(nodes, [...chain, 'n19999>n0'])?.code).toBe('cycle');
  });
  test('of a hundred thousand nodes are refused by their shape, with the place', () => {
    const text = `{"format":"orrery.workflow","formatVersion":1,"name":"x","edges":[],"nodes":[${Array.from({ length: 100_000 }, (_, i) => `{"id":"n${i}"}`).join(',')}]}`;
    expect(() => parseWorkflowText(text)).toThrowError(expect.objectContaining({ place: expect.stringContaining('nodes') }));
  });
  test('do not fill memory with complaints', () => {
    const { complaints } = check(Array.from({ length: 20_000 }, (_, i) => ({ id: `n${i}`, kind: 'acme.unknown' })));
    expect(complaints.length).toBeLessThanOrEqual(200);
  });
});
