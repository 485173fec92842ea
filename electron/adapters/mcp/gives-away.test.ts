// Secrets that a server was given come back in nothing that it says of itself, lists, or asks: not to pages and models, not to the disk.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log } from '../../runtime/ports.ts';
import { createToolHost } from './tool-host.ts';

const value = 'kept-to-itself-4711';
const fixture = fileURLToPath(new URL('./gives-away.fixture.mjs', import.meta.url));
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };
const id = 'child' as never;
const config = {
  id: 'child',
  title: 'Child',
  command: 'node',
  args: [fixture],
  env: { SECRET: { secret: 'KEY' } },
  enabled: true,
} as never as ServerConfig;

let folder: string;
let host: ReturnType<typeof createToolHost>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-gives-away-'));
  host = newHost();
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});
const newHost = () =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: memoryVault({ KEY: value }),
    log: quiet,
    dataFolder: folder,
    version: '1.0.0',
  });

it.each(['the first', 'a second'])('%s start', async (which) => {
  await host.start(config);
  if (which === 'a second') {
    await host.close();
    host = newHost();
    await host.start(config);
  }
  const asked: unknown[] = [];
  host.serve({
    sample: async (_, request) => {
      asked.push(request);
      return { text: 'a', model: 'm', stopReason: 'endTurn' };
    },
    elicit: async (_, request) => {
      asked.push(request);
      return { action: 'decline' };
    },
  });
  const { signal } = new AbortController();
  expect(host.servers()[0]?.state).toBe('ready');
  await host.call(id, 'ask', {}, { signal, folders: [], source: { kind: 'person' } });
  expect(asked).toHaveLength(3);
  const resources = await host.resources(id, signal);
  const prompts = await host.prompts(id, signal);
  expect([resources.length, prompts.length]).toEqual([2, 1]);
  // What is read of a resource and said in a prompt is cleaned in runtime/tools/server-reads.ts.
  const all = {
    tools: host.tools(id),
    status: host.servers(),
    resources,
    prompts,
    completed: await host.complete(id, { ref: { prompt: 'p' }, argument: { name: 'x', value: '' } } as never, signal),
    logs: host.logs(id),
    refused: await host.setLogLevel(id, 'info').catch((error: Error) => error.message),
    asked,
  };
  for (const [name, said] of Object.entries(all))
    expect({ name, said: JSON.stringify(said) }).not.toMatchObject({ said: expect.stringContaining(value) });
  expect(JSON.stringify(all.tools)).toContain('Knows [secret:KEY]');
  expect(all.refused).toContain('[secret:KEY]');
  expect(JSON.stringify(asked)).toContain('What is [secret:KEY]?');
  // Its own process keeps what it was given; we keep nothing of it.
  for (const each of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (each.isFile()) expect(readFileSync(join(each.parentPath, each.name), 'latin1'), each.name).not.toContain(value);
});
