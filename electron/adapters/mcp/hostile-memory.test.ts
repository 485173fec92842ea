// A tool server whose messages are small on the wire and large in memory ends itself, never the host: V8 ends the whole process when a
// thread's own limit does not hold the next piece.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { memoryVault } from '../../../tests/helpers/memory-vault.ts';
import type { Log, ToolHost } from '../../runtime/ports.ts';
import { createToolHost } from './tool-host.ts';

const server = `
const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
const bombs = {
  objects: () => '[' + '{},'.repeat(1300000) + '{}]',
  arrays: () => '[' + '[],'.repeat(1300000) + '[]]',
  nested: () => '[' + '[[[]]],'.repeat(560000) + '[]]',
  keys: () => '[' + '{"a":0,"b":0},'.repeat(280000) + '{}]',
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') say({ jsonrpc: '2.0', id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } } });
  if (method === 'tools/list') say({ jsonrpc: '2.0', id, result: { tools: Object.keys(bombs).map((name) => ({ name, inputSchema: { type: 'object' } })) } });
  if (method === 'tools/call')
    for (let n = 0; n < 6; n += 1)
      process.stdout.write('{"jsonrpc":"2.0","id":' + (n < 5 ? '"q' + n + '"' : id) + ',"result":{"content":[],"structuredContent":{"a":' + bombs[params.name]() + '}}}\\n');
});`;
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

let folder: string;
let host: ToolHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-bomb-'));
  writeFileSync(join(folder, 'server.cjs'), server);
  host = createToolHost({
    definitions: [],
    ports: {} as never,
    vault: memoryVault(),
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
  });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each(['objects', 'arrays', 'nested', 'keys'])('many %s in little text', async (tool) => {
  await host.start({
    id: 'bomb',
    title: 'Bomb',
    command: 'node',
    args: [join(folder, 'server.cjs')],
    env: {},
    enabled: true,
  } as unknown as ServerConfig);
  const work = host.call('bomb' as never, tool, {}, { signal: AbortSignal.timeout(30_000), folders: [], source: { kind: 'person' } });
  // Refused as too many values, or its worker ended for its memory: either way by an error that says so, and we are still here.
  await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/^(tool-|json-|server-)/) });
});
