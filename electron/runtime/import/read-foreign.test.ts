// Any JSON whatsoever gives a report and never an error; what is refused is refused at once.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importReport } from '../../../shared/model/import-report.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { workflowDocument } from '../../../shared/model/workflow.ts';
import { readForeign } from './read-foreign.ts';

const read = (value: unknown) => {
  const file = readForeign(typeof value === 'string' ? value : JSON.stringify(value), 'file.json');
  expect(importReport.safeParse(file.report).error).toBeUndefined();
  for (const document of file.documents) expect(workflowDocument.safeParse(document).error).toBeUndefined();
  return file;
};
const node = (name: string, type: string, parameters: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion: 1,
  position: [0, 0],
  parameters,
  ...more,
});
const n8n = (nodes: JsonValue, connections: JsonValue = {}, more: JsonObject = {}): JsonObject => ({
  name: 'W',
  nodes,
  connections,
  ...more,
});
const to = (name: string): JsonObject => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

describe('reading foreign files', () => {
  it('reports on anything at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        read(value);
      }),
      { numRuns: 300 },
    );
  });

  it('reports on n8n files with anything in any place', () => {
    const types = fc.constantFrom(
      'set',
      'if',
      'switch',
      'merge',
      'manualTrigger',
      'scheduleTrigger',
      'splitInBatches',
      'stickyNote',
      'slack',
      'executeWorkflow',
      'httpRequest',
      'crypto',
      'html',
    );
    const anyNode = fc.record(
      {
        name: fc.oneof(fc.constantFrom('A', 'B', '__proto__', 'constructor', ''), fc.jsonValue()),
        type: fc.oneof(
          types.map((type) => `n8n-nodes-base.${type}`),
          fc.jsonValue(),
        ),
        typeVersion: fc.oneof(fc.constantFrom(1, 2, 3, 3.4, -1, 1e9), fc.jsonValue()),
        position: fc.oneof(fc.constant([1e300, -5]), fc.jsonValue()),
        parameters: fc.jsonValue(),
        credentials: fc.jsonValue(),
        onError: fc.jsonValue(),
        disabled: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const targets = fc.oneof(
      fc.array(
        fc.array(
          fc.record({
            node: fc.constantFrom('A', 'B', 'C'),
            type: fc.constant('main'),
            index: fc.oneof(fc.integer({ min: -2, max: 200 }), fc.jsonValue()),
          }),
        ),
      ),
      fc.jsonValue(),
    );
    const connections = fc.oneof(
      fc.dictionary(fc.constantFrom('A', 'B', 'C'), fc.oneof(fc.record({ main: targets }), fc.jsonValue())),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyNode, fc.jsonValue())),
        connections,
        fc.jsonValue(),
        fc.jsonValue(),
        (nodes, links, settings, pinData) => {
          read({ nodes, connections: links, settings, pinData });
        },
      ),
      { numRuns: 400 },
    );
  });

  it('refuses keys that reach a prototype, and deep nesting', () => {
    expect(read('{"nodes":[],"connections":{"__proto__":{"main":[]}}}').report.summary).toContain('__proto__');
    expect(read(`${'['.repeat(5000)}${']'.repeat(5000)}`).report.program).toBe('unknown');
    expect(read('not json').report.summary).toContain('not JSON');
    expect(read(' \n').report.summary).toBe('The file is empty.');
    expect(read('x'.repeat(33_000_000)).report.summary).toContain('larger');
  });

  it('says of too many nodes that they are too many', () => {
    const nodes = Array.from({ length: 25_000 }, (_, index) => ({ name: `N${index}`, type: 'n8n-nodes-base.noOp' }));
    const { report, documents } = read(n8n(nodes));
    expect(documents).toEqual([]);
    expect(report.workflows[0]?.notes[0]).toContain('25000');
  });

  it('imports thousands of nodes in a chain', () => {
    const nodes = [
      node('T', 'manualTrigger'),
      ...Array.from({ length: 3000 }, (_, index) => node(`N${index}`, 'set', { x: "={{ $('T').item.json }}" })),
    ];
    const connections = Object.fromEntries([
      ['T', to('N0')],
      ...Array.from({ length: 2999 }, (_, index) => [`N${index}`, to(`N${index + 1}`)]),
    ]) as JsonObject;
    expect(read(n8n(nodes, connections)).documents).toHaveLength(1);
  });

  it('gives a verdict and a reason for each node', () => {
    const { report } = read(
      n8n(
        [
          node('T', 'manualTrigger'),
          node('Slack', 'slack', {}, { credentials: { slackApi: { id: '1', name: 'My Slack' } } }),
          node('Py', 'code', { language: 'python' }),
        ],
        {
          T: to('Slack'),
        },
      ),
    );
    const verdicts = report.workflows[0]?.nodes.map((each) => [each.name, each.verdict]);
    expect(verdicts).toEqual([
      ['T', 'runs'],
      ['Slack', 'not'],
      ['Py', 'not'],
    ]);
    expect(report.workflows[0]?.nodes[1]?.reasons[0]).toContain('n8n-nodes-base.slack');
    expect(report.workflows[0]?.notes.join(' ')).toContain('My Slack (slackApi)');
  });

  it('never imports what a credential holds', () => {
    const { documents } = read(n8n([node('T', 'manualTrigger', {}, { credentials: { api: { name: 'x', token: 'hush-hush' } } })]));
    expect(JSON.stringify(documents)).not.toContain('hush-hush');
  });

  it('reads several workflows of one file, and lets them call each other', () => {
    const parent = {
      ...n8n([node('T', 'manualTrigger'), node('Call', 'executeWorkflow', { workflowId: 'c' })], { T: to('Call') }),
      name: 'Parent',
      id: 'p',
    };
    const child = { ...n8n([node('In', 'executeWorkflowTrigger')]), name: 'Child', id: 'c' };
    const { documents } = read([parent, child]);
    expect(documents.map((each) => each.name)).toEqual(['Parent', 'Child']);
    expect(JSON.stringify(documents[0])).toContain('"c":{"id":"c"');
  });

  it('keeps its own files as they are', () => {
    const document = { format: 'orrery.workflow', formatVersion: 1, name: 'Mine', nodes: [], edges: [] };
    expect(read(document).report.program).toBe('orrery');
    // Nothing becomes anything else, so the report names no second kind.
    const nodes = [{ id: 'a', kind: 'trigger.manual', position: { x: 0, y: 0 } }];
    expect(read({ ...document, nodes }).report.workflows[0]?.nodes).toEqual([
      { name: 'a', type: 'trigger.manual', verdict: 'runs', reasons: [] },
    ]);
    expect(read({ ...document, nodes: 3 }).documents).toEqual([]);
  });

  it('recognises the others, and says that they do not run', () => {
    const comfy = { '3': { class_type: 'KSampler', inputs: {} }, '4': { class_type: 'CheckpointLoaderSimple', inputs: {} } };
    const comfyGraph = { last_node_id: 3, nodes: [{ id: 1, type: 'KSampler' }], links: [] };
    const red = [
      { id: 'a', type: 'tab', label: 'Flow 1' },
      { id: 'b', type: 'inject', z: 'a', name: 'go', wires: [['c']] },
    ];
    const flowise = { nodes: [{ id: 'x', data: { name: 'chatOpenAI', label: 'ChatOpenAI', inputAnchors: [] } }], edges: [] };
    const rivet = 'version: 4\ndata:\n  graphs:\n    g1:\n      nodes:\n        \'[abc]:chat "Chat"\':\n          data: {}\n';
    for (const [value, program] of [
      [comfy, 'comfyui'],
      [comfyGraph, 'comfyui'],
      [red, 'node-red'],
      [flowise, 'flowise'],
      [rivet, 'rivet'],
    ] as const) {
      const { report, documents } = read(value);
      expect(report.program).toBe(program);
      expect(documents).toEqual([]);
      expect(report.workflows[0]?.nodes.length).toBeGreaterThan(0);
      expect(report.workflows[0]?.nodes.every((each) => each.verdict === 'not' && each.reasons.length > 0)).toBe(true);
    }
  });
});
