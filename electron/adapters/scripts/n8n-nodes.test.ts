// Imported nodes reckon beside the main loop: a pattern, a selector or a join that never ends holds up nothing but its own step.

import { afterAll, expect, test } from 'vitest';
import { runWhole } from '../../runtime/import/n8n/whole-run.ts';
import type { NodeContext } from '../../runtime/nodes/define-node.ts';
import { createN8nNodes } from './n8n-nodes.ts';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());

type Context = Parameters<typeof runWhole>[0];

function contextOf(nodes: object[], signal: AbortSignal, timeoutMs?: number, reckon = scripts.reckon): Context {
  const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {}, position: [0, 0] };
  const names = ['Start', ...nodes.map((node) => (node as { name: string }).name)];
  const connections = Object.fromEntries(
    names.slice(0, -1).map((name, at) => [name, { main: [[{ node: names[at + 1], type: 'main', index: 0 }]] }]),
  );
  const context = {
    config: {
      workflow: { name: 'w', nodes: [start, ...nodes], connections, settings: { executionOrder: 'v1' } },
      starts: [{ node: 't', name: 'Start' }],
      others: {},
      outputs: [{ name: 'last', node: names.at(-1), output: 0 }],
    },
    scope: { input: null, steps: { t: [{ text: `${'a'.repeat(40)}!` }] }, inputs: {} },
    use: {
      scripts: {
        run: (code: string, globals: object, options: { timeoutMs?: number; n8n?: boolean } = {}) =>
          scripts.run({ code, globals: globals as never, prelude: ['n8n'] }, { signal, timeoutMs: options.timeoutMs ?? 10_000 }),
        reckon: (work: unknown, ask: (name: string, given: unknown[]) => Promise<unknown>) =>
          reckon(work, ask, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
      },
      net: { request: () => Promise.reject(new Error('offline')) },
      clock: { now: () => 1_000, sleep: () => Promise.resolve() },
    },
    signal,
    firstStartedAt: 0,
    progress: () => undefined,
  };
  return context as unknown as NodeContext<never, never> as unknown as Context;
}
const node = (name: string, type: string, typeVersion: number, parameters: object) => ({
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  parameters,
  position: [0, 0],
});
const bomb = node('Filter', 'filter', 2, {
  conditions: {
    options: { caseSensitive: true, version: 1 },
    combinator: 'and',
    conditions: [{ leftValue: '={{ $json.text }}', rightValue: '^(a+)+$', operator: { type: 'string', operation: 'regex' } }],
  },
});

/** How often the main loop came round while `work` was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 10);
  await work.catch(() => undefined);
  clearInterval(timer);
  return turns;
}

test('a pattern that never ends is stopped, with a clear error, and the main loop goes on', async () => {
  const running = runWhole(contextOf([bomb], new AbortController().signal, 1000));
  expect(await turnsDuring(running)).toBeGreaterThan(10);
  await expect(running).rejects.toMatchObject({ code: 'n8n-node-failed', message: expect.stringContaining('longer than 1 s') });
}, 30_000);

test('a text that n8n’s Markdown library never gets done with is stopped, with a clear error, and the next one is made', async () => {
  const markdown = (text: string) => node('Markdown', 'markdown', 1, { mode: 'markdownToHtml', markdown: text, destinationKey: 'html' });
  // Cubic in its length: minutes of work in 24 kB.
  const running = runWhole(contextOf([markdown('<a '.repeat(8000))], new AbortController().signal, 1500));
  expect(await turnsDuring(running)).toBeGreaterThan(10);
  await expect(running).rejects.toMatchObject({ code: 'n8n-node-failed', message: expect.stringContaining('longer than 1.5 s') });
  const outputs = await runWhole(contextOf([markdown('Two\n---')], new AbortController().signal));
  expect(outputs.last).toMatchObject([{ json: { html: '<h2 id="two">Two</h2>' } }]);
}, 30_000);

test('a cancelled step ends at once, and the next node runs', async () => {
  const stop = new AbortController();
  const running = runWhole(contextOf([bomb], stop.signal));
  setTimeout(() => stop.abort(), 300);
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const limit = node('Set', 'set', 3, { mode: 'raw', jsonOutput: '={"n": {{ 1 + 1 }} }', options: {} });
  const outputs = await runWhole(contextOf([limit], new AbortController().signal));
  expect(outputs.last).toMatchObject([{ json: { n: 2 } }]);
}, 30_000);

test('one that waits for the others is cancelled too', async () => {
  const stop = new AbortController();
  const all = [1, 2, 3].map(() => runWhole(contextOf([bomb], stop.signal)));
  setTimeout(() => stop.abort(), 500);
  for (const each of all) await expect(each).rejects.toMatchObject({ code: 'cancelled' });
}, 30_000);

test('a join of everything with everything is refused before it fills the memory', async () => {
  const many = node('Many', 'code', 2, { jsCode: 'return Array.from({ length: 2000 }, (_, i) => ({ json: { i } }));' });
  const merge = node('Merge', 'merge', 3, { mode: 'combine', combineBy: 'combineAll' });
  const context = contextOf([many, merge], new AbortController().signal);
  const { connections } = (context.config as unknown as { workflow: { connections: Record<string, { main: object[][] }> } }).workflow;
  connections.Many?.main[0]?.push({ node: 'Merge', type: 'main', index: 1 });
  await expect(runWhole(context)).rejects.toMatchObject({ message: expect.stringContaining('4000000 items') });
}, 30_000);

test('a node that fills its thread is stopped by its own limit, with a clear error, and the host lives and goes on', async () => {
  const small = createN8nNodes({ maxMb: 64 });
  try {
    // Far more than is looked for, so that it is still going when this thread, which others keep busy, comes to look.
    const many = node('Many', 'code', 2, {
      jsCode:
        "return Array.from({ length: 700 }, (_, i) => ({ json: Object.fromEntries(Array.from({ length: 150 }, (_, k) => ['k' + k, i])) }));",
    });
    const merge = node('Merge', 'merge', 3, { mode: 'combine', combineBy: 'combineAll' });
    const context = contextOf([many, merge], new AbortController().signal, undefined, small.reckon);
    const { connections } = (context.config as unknown as { workflow: { connections: Record<string, { main: object[][] }> } }).workflow;
    connections.Many?.main[0]?.push({ node: 'Merge', type: 'main', index: 1 });
    await expect(runWhole(context)).rejects.toMatchObject({
      code: 'n8n-node-failed',
      message: expect.stringMatching(/more than 64 MB of memory and was stopped\. Work on fewer items at a time\./),
    });
    const limit = node('Limit', 'limit', 1, { maxItems: 1 });
    expect((await runWhole(contextOf([limit], new AbortController().signal, undefined, small.reckon))).last).toHaveLength(1);
  } finally {
    await small.close();
  }
}, 30_000);

test('names that reach a prototype stay names', async () => {
  const xml = node('XML', 'xml', 1, {});
  const given = node('Text', 'code', 2, {
    jsCode:
      'return [{ json: { data: \'<a><__proto__ polluted="1"><polluted>1</polluted></__proto__><constructor><prototype>x</prototype></constructor></a>\' } }];',
  });
  const dots = node('Dots', 'set', 3.4, {
    assignments: {
      assignments: [
        { id: '1', name: '__proto__.polluted', value: 'x', type: 'string' },
        { id: '2', name: 'a.constructor.prototype.polluted', value: 'x', type: 'string' },
      ],
    },
    options: {},
  });
  const outputs = await runWhole(contextOf([dots, given, xml], new AbortController().signal));
  expect(JSON.stringify(outputs.last)).toContain('sanitized___proto__');
  expect(JSON.stringify(outputs.last)).not.toContain('"__proto__"');
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}, 30_000);
