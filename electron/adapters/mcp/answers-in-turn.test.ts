import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log } from '../../runtime/ports.ts';
import { createToolHost } from './tool-host.ts';

const server = fileURLToPath(new URL('./hostile-server.fixture.mjs', import.meta.url));
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

let folder: string;
let host: ReturnType<typeof createToolHost>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-mcp-'));
  host = createToolHost({
    definitions: [],
    ports: {} as never,
    vault: memoryVault(),
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
  });
  await host.start({
    id: 'child',
    title: 'Child',
    command: 'node',
    args: [server, 'together'],
    env: {},
    enabled: true,
  } as never as ServerConfig);
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});
const call = (signal = new AbortController().signal) =>
  host.call('child' as never, 'act', {}, { signal, folders: [], source: { kind: 'person' } });

// The server would wait for the last caller otherwise, and every caller for the server.
it('what an answer lets go on is done before the next answer of the same piece is given', async () => {
  const done: string[] = [];
  const caller = async (name: number) => {
    for (let round = 0; round < 2; round += 1) {
      await call();
      done.push(`answered ${name}`);
      for (let turn = 0; turn < 20; turn += 1) await undefined;
      done.push(`goes on ${name}`);
    }
  };
  await Promise.all([1, 2, 3, 4].map(caller));
  const round = [1, 2, 3, 4].flatMap((name) => [`answered ${name}`, `goes on ${name}`]);
  expect(done).toEqual([...round, ...round]);
});

it('one who gives up while an answer before theirs is given is told so; the others get theirs, and later ones too', async () => {
  const stop = new AbortController();
  const first = call().then(() => stop.abort());
  const [, stopped, ...others] = await Promise.allSettled([first, call(stop.signal), call(), call()]);
  expect(stopped).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  for (const each of others) expect(each).toMatchObject({ status: 'fulfilled', value: { content: [{ text: 'done' }] } });
  expect(await Promise.all([call(), call(), call(), call()])).toHaveLength(4);
});

it('a server that is ended by what an answer led to leaves nobody waiting', async () => {
  const first = call().then(() => host.close());
  const ended = await Promise.allSettled([first, call(), call(), call()]);
  for (const each of ended)
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: expect.stringMatching(/^(tool-failed|cancelled)$/) });
  expect(ended[0]?.status).toBe('fulfilled');
});
