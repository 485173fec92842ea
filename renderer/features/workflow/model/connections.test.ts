import { describe, expect, it } from 'vitest';
import type { NodeDescriptor, PortSpec } from '../../../../shared/model/node-descriptor.ts';
import { parseWorkflowDocument } from '../../../../shared/model/workflow.ts';
import { catalogOf } from './catalog.ts';
import { fittingPort, searchEntries, whyNot } from './connections.ts';
import { variablesFor } from './variables.ts';

const type = (kind: string, title: string, inputs: PortSpec[], outputs: PortSpec[], keywords: string[] = []): NodeDescriptor => ({
  kind,
  version: 1,
  entry: kind,
  family: 'data',
  title,
  description: `About ${title}.`,
  icon: 'text',
  keywords,
  effect: 'none',
  inputs,
  outputs,
  fields: [],
  defaults: {},
});
const port = (name: string, schema: PortSpec['schema'] = {}, more: Partial<PortSpec> = {}): PortSpec => ({
  name,
  label: name,
  schema,
  ...more,
});

const list = type('data.list', 'List', [], [port('out', { type: 'array' })]);
const text = type('data.text', 'Text', [port('in', { type: 'string' })], [port('out', { type: 'string' })], ['words']);
const any = type('flow.any', 'Pass', [port('in')], [port('out')]);
const merge = type('flow.merge', 'Merge', [port('in', {}, { many: true })], [port('out')]);
const loop = type('flow.for-each', 'For each', [port('in', { type: 'array' })], [port('item'), port('done')]);
const ask = type('flow.input', 'Input', [], [port('out')]);
const catalog = catalogOf([list, text, any, merge, loop, ask]);

const document = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Ports',
  nodes: [
    ['l', 'data.list'],
    ['t', 'data.text'],
    ['a', 'flow.any'],
    ['b', 'flow.any'],
    ['m', 'flow.merge'],
    ['loop', 'flow.for-each'],
    ['in-loop', 'flow.any'],
    ['folder', 'flow.input'],
  ].map(([id, kind], x) => ({ id, kind, position: { x, y: 0 }, config: id === 'folder' ? { name: 'folder' } : {} })),
  edges: [
    { id: 'e1', from: { node: 'a', port: 'out' }, to: { node: 'b', port: 'in' } },
    { id: 'e2', from: { node: 'a', port: 'out' }, to: { node: 'm', port: 'in' } },
    { id: 'e3', from: { node: 'l', port: 'out' }, to: { node: 'loop', port: 'in' } },
    { id: 'e4', from: { node: 'loop', port: 'item' }, to: { node: 'in-loop', port: 'in' } },
  ],
});
const why = (from: string, to: string) => {
  const [fromNode = '', fromPort = 'out'] = from.split(':');
  return whyNot(document, catalog, { node: fromNode, port: fromPort }, { node: to, port: 'in' });
};

describe('connections', () => {
  it('are refused with the reason', () => {
    expect(why('l', 't')).toContain('a list');
    expect(why('t', 't')).toContain('itself');
    expect(why('b', 'a')).toContain('circle');
    expect(why('l', 'b')).toContain('already gets');
    expect(why('a', 'b')).toContain('already connected');
    expect(why('l:gone', 't')).toContain('no longer');
  });

  it('are allowed where something could fit', () => {
    expect(why('t', 'm')).toBeUndefined();
    expect(why('l', 'a')).toBeUndefined();
  });

  it('offer only node types that fit an open end', () => {
    const open = { node: 'l', port: 'out', side: 'out' as const };
    expect(
      catalog.entries.filter((entry) => fittingPort(document, catalog, entry, open) !== undefined).map((entry) => entry.title),
    ).toEqual(['Pass', 'Merge', 'For each']);
  });
});

describe('the palette', () => {
  it('finds by every word, titles first', () => {
    expect(searchEntries(catalog.entries, 'words').map((entry) => entry.title)).toEqual(['Text']);
    expect(searchEntries(catalog.entries, 'for each')[0]?.title).toBe('For each');
    expect(searchEntries(catalog.entries, 'nothing like it')).toEqual([]);
  });
});

describe('variables', () => {
  it('name the input, the loop’s item, the run’s inputs and the nodes before', () => {
    const paths = variablesFor(document, catalog, 'in-loop').map((variable) => variable.path);
    expect(paths).toEqual(['input', 'item', 'index', 'vars.folder', 'steps.loop', 'steps.l']);
  });

  it('offer the keys that the last run gave', () => {
    const paths = variablesFor(document, catalog, 'b', (node) => (node === 'a' ? { out: { title: 'x', 'odd key': 1 } } : undefined));
    expect(paths.map((variable) => variable.path)).toEqual(['input', 'input.title', 'input["odd key"]', 'vars.folder', 'steps.a']);
  });
});
