// Earlier runs over the wire: long journals and large values in parts, and what a page may not get by forking.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, expect, test } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { type EngineLab, graph, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import { createFiles } from '../../adapters/files/files.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { inputNode } from '../nodes/input.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import type { Consent, Proposal } from '../policy/proposals.ts';
import { runsApi } from './runs.api.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const text = `${'é'.repeat(10)}${'\u0001'.repeat(1_500_000)}${'😀'.repeat(900_000)}end`;
const big = testNode('test.big', { inputs: [], run: async () => ({ out: text }) });
const size = testNode('test.size', { run: async ({ scope }) => ({ out: String(scope.input).length }) });
const nodes = [big, size, inputNode, outputNode] as AnyNodeType[];
const refused = (code: string) => expect.objectContaining({ data: expect.objectContaining({ code }) });

function open(consent?: Consent) {
  lab = openLab(nodes);
  const { ports, engine, hub } = lab.lab;
  const host = { info: () => ({ host: 'headless' }) } as typeof ports.host;
  const router = {
    runs: runsApi({
      ports: { store: ports.store, host, tools: ports.tools, hash: ports.hash, files: createFiles() },
      engine,
      hub,
      settings: { get: () => defaultSettings },
    }),
  };
  const context = { log: ports.log, client: 'page' as const, ...(consent === undefined ? {} : { consent }) };
  return { lab, api: createRouterClient(router, { context }) };
}

test('a large value comes in parts that a wire takes, and only of the run that names it', async () => {
  const { lab, api } = open();
  const first = await lab.run(
    graph(
      [
        { id: 'b', kind: 'test.big' },
        { id: 's', kind: 'test.size' },
      ],
      ['b>s'],
    ),
  );
  const values = await api.runs.getStep({ id: first.id, step: 'b' });
  const hash = values.large?.out?.hash;
  expect(values.outputs).toEqual({});
  expect((await api.runs.getStep({ id: first.id, step: 's' })).largeInputs?.in?.hash).toBe(hash);
  if (hash === undefined) throw new Error('not large');
  let whole = '';
  let parts = 0;
  for (let offset: number | undefined = 0; offset !== undefined; parts += 1) {
    const part: { text: string; next?: number | undefined } = await api.runs.readLarge({ id: first.id, hash, offset });
    expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(4 * 1024 * 1024);
    whole += part.text;
    offset = part.next;
  }
  expect(parts).toBeGreaterThan(1);
  expect(JSON.parse(whole)).toBe(text);
  const other = await lab.run(graph([{ id: 's', kind: 'test.size' }]));
  await expect(api.runs.readLarge({ id: other.id, hash })).rejects.toEqual(refused('large-value-missing'));
});

test('a journal that is too long for a wire gives its first and its newest events, and says how many are missing', async () => {
  const { lab, api } = open();
  const { store } = lab.lab.ports;
  const id = 'long' as RunId;
  store.runs.create({
    id,
    title: 'Long',
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: 1,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  for (let i = 0; i < 25_000; i += 1) void store.runs.append(id, { type: 'step-skipped', at: i, step: `s#${i}`, node: 's' });
  store.runs.append(id, { type: 'run-end', at: 9, status: 'done' });
  await store.runs.flush();
  const { events, leftOut } = await api.runs.get({ id });
  expect(events).toHaveLength(20_001);
  expect([events[0]?.event.type, events.at(-1)?.event.type]).toEqual(['run-start', 'run-end']);
  expect(leftOut).toBe(25_002 - 20_001);
  expect(JSON.stringify(events).length).toBeLessThan(4_000_000);
  for await (const batch of await api.runs.watch({ id })) expect(batch).toHaveLength(20_001);
});

test('a fork that would give folders the person did not choose is only a proposal', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-fork-'));
  try {
    const asked: Proposal[] = [];
    const consent: Consent = {
      isChosen: () => false,
      ask: async (proposal) => {
        asked.push(proposal);
        return false;
      },
    };
    const { lab, api } = open(consent);
    const document = graph(
      [
        { id: 'n', kind: 'flow.input', config: { name: 'folder', type: 'folder', required: false } },
        { id: 'o', kind: 'flow.output', config: { name: 'r' } },
      ],
      ['n>o'],
    );
    const first = await lab.run(document);
    await expect(api.runs.fork({ id: first.id, inputs: { folder } })).rejects.toEqual(refused('not-confirmed'));
    expect(asked[0]?.lines).toEqual([`Read and write ${folder}`]);
    expect((await api.runs.list({})).length).toBe(1);
    const plain = await api.runs.fork({ id: first.id });
    expect(plain.origin).toMatchObject({ kind: 'fork', by: 'headless' });
    await lab.end(plain.id);
    expect((await api.runs.list({ origin: ['fork'] })).map((run) => run.id)).toEqual([plain.id]);
    expect((await api.runs.compare({ left: first.id, right: plain.id })).steps.every((step) => step.state === 'same')).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
