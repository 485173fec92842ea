// Hostile workflow files through the one reader and through the call that imports them: refused with the place named, nothing
// written. The watchdog is generous; what is asserted is the outcome.

import { createRouterClient } from '@orpc/server';
import { afterEach, describe, expect, test } from 'vitest';
import { workflowsApi } from '../../electron/runtime/api/workflows.api.ts';
import { builtInNodes } from '../../electron/runtime/nodes/nodes.generated.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import { AppError } from '../../shared/errors.ts';
import { parseWorkflowText } from '../../shared/model/workflow.ts';
import { type EngineLab, openLab } from '../helpers/engine-lab.ts';

const watchdogMs = 20_000;
let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

function setUp() {
  lab = openLab(builtInNodes);
  const { ports, engine } = lab.lab;
  const registry = createRegistry({ nodes: builtInNodes, toolHost: ports.tools });
  const router = { workflows: workflowsApi({ ports: { ...ports, samples: { list: () => [] } }, engine, registry }) };
  return { api: createRouterClient(router, { context: { log: ports.log, client: 'page' } }).workflows, engine, store: ports.store };
}

const node = (id: string, over: object = {}) => ({ id, kind: 'data.template', position: { x: 0, y: 0 }, config: { text: 'x' }, ...over });
const edge = (id: string, from: string, to: string) => ({ id, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } });
const file = (over: object = {}) =>
  JSON.stringify({ format: 'orrery.workflow', formatVersion: 1, name: 'W', nodes: [node('a')], edges: [], ...over });
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const withConfig = (config: string) => file().replace('{"text":"x"}', config);

/** What it is, the file, the code it is refused with, and what the place or message must name. */
const hostile: [what: string, text: () => string, code: RegExp, names: RegExp][] = [
  ['nothing', () => '', /^json-malformed$/, /JSON/],
  ['not JSON', () => '{"format":', /^json-malformed$/, /JSON/],
  ['a list', () => '[]', /^workflow-malformed$/, /the document must be an object\.$/],
  ['null', () => 'null', /^workflow-malformed$/, /the document/],
  ['another format', () => file({ format: 'n8n' }), /^workflow-malformed$/, /format/],
  ['a format of the future', () => file({ formatVersion: 2 }), /^workflow-newer$/, /newer Orrery \(format 2; this one reads 1\)/],
  [
    '100,000 nodes',
    () => file({ nodes: Array.from({ length: 100_000 }, (_, i) => node(`n${i}`)) }),
    /^(json-too-large|workflow-malformed)$/,
    /nodes|MB|values/,
  ],
  [
    '20,001 small nodes',
    () => file({ nodes: Array.from({ length: 20_001 }, (_, i) => ({ id: `n${i}`, kind: 'a.b', position: { x: 0, y: 0 } })) }),
    /^workflow-malformed$/,
    /nodes/,
  ],
  ['a million edges', () => file({ edges: Array.from({ length: 1_000_000 }, () => 0) }), /^json-too-large$/, /values/],
  ['objects 10,000 deep', () => withConfig(nested(10_000)), /^json-too-deep$/, /nodes\[0\]\.config/],
  ['lists 10,000 deep', () => withConfig(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`), /^json-too-deep$/, /nodes\[0\]\.config\.a/],
  ['a poisoned document', () => '{"__proto__":{"isAdmin":true}}', /^json-poisoned-key$/, /__proto__/],
  [
    'a poisoned config',
    () => withConfig('{"text":"x","__proto__":{"isAdmin":true}}'),
    /^json-poisoned-key$/,
    /nodes\[0\]\.config\.__proto__/,
  ],
  [
    'a poisoned constructor',
    () => withConfig('{"constructor":{"prototype":{"isAdmin":true}}}'),
    /^json-poisoned-key$/,
    /nodes\[0\]\.config\.constructor/,
  ],
  ['a string of 50 MB', () => withConfig(`{"text":"${'x'.repeat(50_000_000)}"}`), /^json-too-large$/, /MB/],
  ['a name of 8 MB', () => file({ name: 'x'.repeat(7_900_000) }), /^workflow-malformed$/, /name/],
  ['no nodes', () => file({ nodes: undefined }), /^workflow-malformed$/, /: nodes is missing\.$/],
  ['nodes by name', () => file({ nodes: { a: node('a') } }), /^workflow-malformed$/, /nodes/],
  ['a node that is a number', () => file({ nodes: [node('a'), 7] }), /^workflow-malformed$/, /: nodes\[1\] must be an object\.$/],
  ['a config that is a text', () => file({ nodes: [node('a', { config: 'rm -rf' })] }), /^workflow-malformed$/, /nodes\[0\]\.config/],
  ['a kind with a path', () => file({ nodes: [node('a', { kind: '../../etc/passwd' })] }), /^workflow-malformed$/, /nodes\[0\]\.kind/],
  [
    'a position out of the world',
    () => file({ nodes: [node('a', { position: { x: 1e300, y: 0 } })] }),
    /^workflow-malformed$/,
    /nodes\[0\]\.position\.x/,
  ],
  [
    'a retry without end',
    () => file({ nodes: [node('a', { retry: { times: 1e9, delayMs: 0 } })] }),
    /^workflow-malformed$/,
    /nodes\[0\]\.retry\.times/,
  ],
  ['an edge from nowhere', () => file({ edges: [{ id: 'e', to: { node: 'a', port: 'in' } }] }), /^workflow-malformed$/, /edges\[0\]\.from/],
];

describe.each(hostile)('%s', (_, text, code, names) => {
  test('is refused by the reader, with the place named', { timeout: watchdogMs }, () => {
    let refused: unknown;
    try {
      parseWorkflowText(text());
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(AppError);
    const { code: found, place, message, hint } = refused as AppError;
    expect(found).toMatch(code);
    expect(`${place ?? ''} ${message}`).toMatch(names);
    expect(hint).toBeTruthy();
    expect(message.length).toBeLessThan(1000);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  test('is refused by the import, and nothing is written', { timeout: watchdogMs }, async () => {
    const { api, store } = setUp();
    const kept = await api.importText({ text: file({ name: 'Kept' }) });
    await expect(api.importText({ text: text() })).rejects.toThrow();
    expect(store.workflows.list('').map(({ id, name }) => ({ id, name }))).toEqual([{ id: kept.id, name: 'Kept' }]);
  });
});

/** These are kept, because work in progress is kept; they refuse to run with the place named. */
const refusedToRun: [what: string, text: () => string, code: string][] = [
  ['a cycle of two', () => file({ nodes: [node('a'), node('b')], edges: [edge('e', 'a', 'b'), edge('f', 'b', 'a')] }), 'cycle'],
  ['a node that feeds itself', () => file({ edges: [edge('e', 'a', 'a')] }), 'cycle'],
  ['a ring of 5,000 nodes', () => ring(5000), 'cycle'],
  ['two nodes of one id', () => file({ nodes: [node('a'), node('a')] }), 'duplicate-node'],
  ['an edge to a node that is not there', () => file({ edges: [edge('e', 'a', 'ghost')] }), 'edge'],
  [
    'an edge to a port that is not there',
    () => file({ nodes: [node('a'), node('b')], edges: [{ ...edge('e', 'a', 'b'), from: { node: 'a', port: '__proto__' } }] }),
    'port',
  ],
  ['a config of the wrong type', () => withConfig('{"text":7}'), 'config-invalid'],
  ['a node of the future', () => file({ nodes: [node('a', { version: 99 })] }), 'node-too-new'],
];

function ring(length: number): string {
  const nodes = Array.from({ length }, (_, i) => node(`n${i}`));
  return file({ nodes, edges: nodes.map((each, i) => edge(`e${i}`, each.id, `n${(i + 1) % length}`)) });
}

test.each(refusedToRun)('%s may be kept and refuses to run', { timeout: watchdogMs }, (_, text, code) => {
  const { engine, store } = setUp();
  const document = parseWorkflowText(text());
  const errors = engine.check(document).filter((each) => each.severity === 'error');
  expect(errors.map((each) => each.code).join(' ')).toContain(code);
  for (const each of errors) expect(each.node ?? each.edge ?? each.field).toBeTruthy();
  expect(() => engine.start({ document, inputs: {}, origin: { kind: 'manual', by: 'cli' }, grant: { tools: [], folders: [] } })).toThrow(
    AppError,
  );
  expect(store.runs.list({ limit: 5 })).toEqual([]);
});

test('an unknown kind is kept as it is and refuses to run by its name', async () => {
  const { api, engine, store } = setUp();
  const strange = node('a', { kind: 'acme.teleport', version: 3, title: 'Beam up', config: { to: { deep: [1, 2] } } });
  const kept = await api.importText({ text: file({ nodes: [strange] }) });
  expect((await api.get({ id: kept.id })).nodes[0]).toMatchObject(strange);
  expect((await api.check({ document: kept }))[0]).toMatchObject({
    code: 'unknown-kind',
    node: 'a',
    message: expect.stringContaining('acme.teleport'),
  });
  const start = () =>
    engine.start({ document: kept, inputs: {}, origin: { kind: 'manual', by: 'cli' }, grant: { tools: [], folders: [] } });
  expect(start).toThrow(/acme\.teleport/);
  expect(store.runs.list({ limit: 5 })).toEqual([]);
});
