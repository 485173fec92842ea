import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log } from '../../runtime/ports.ts';
import { createToolHost } from './tool-host.ts';

const server = fileURLToPath(new URL('./hostile-server.fixture.mjs', import.meta.url));
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

// The server would wait for the last caller otherwise, and every caller for the server.
it('what an answer lets go on is done before the next answer of the same piece is given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-mcp-'));
  const host = createToolHost({
    definitions: [],
    ports: {} as never,
    vault: memoryVault(),
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
  });
  try {
    await host.start({
      id: 'child',
      title: 'Child',
      command: 'node',
      args: [server, 'together'],
      env: {},
      enabled: true,
    } as never as ServerConfig);
    const signal = new AbortController().signal;
    const done: string[] = [];
    const caller = async (name: number) => {
      for (let round = 0; round < 2; round += 1) {
        await host.call('child' as never, 'act', {}, { signal, folders: [], source: { kind: 'person' } });
        done.push(`answered ${name}`);
        for (let turn = 0; turn < 20; turn += 1) await undefined;
        done.push(`goes on ${name}`);
      }
    };
    await Promise.all([1, 2, 3, 4].map(caller));
    const round = [1, 2, 3, 4].flatMap((name) => [`answered ${name}`, `goes on ${name}`]);
    expect(done).toEqual([...round, ...round]);
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
