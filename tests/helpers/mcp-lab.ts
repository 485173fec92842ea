// A tool host for tests, with a vault in memory and the real guarded client.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToolHost, type ToolHostOptions } from '../../electron/adapters/mcp/tool-host.ts';
import { createNet } from '../../electron/adapters/net/net.ts';
import type { Log, ToolHost } from '../../electron/runtime/ports.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { type ServerConfig, type ServerStatus, serverConfig } from '../../shared/model/tool.ts';
import { memoryVault } from './memory-vault.ts';

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] };

export interface TestHost {
  host: ToolHost;
  vault: ReturnType<typeof memoryVault>;
  folder: string;
  status(id?: string): ServerStatus;
  call(tool: string, args?: JsonObject, signal?: AbortSignal): ReturnType<ToolHost['call']>;
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export const never = (): AbortSignal => new AbortController().signal;

export const configOf = (more: object): ServerConfig =>
  serverConfig.parse({ id: 'child', title: 'Child', command: '', args: [], env: {}, enabled: true, ...more });

export function testHost(
  options: Partial<ToolHostOptions> = {},
  kept?: { folder: string; vault: ReturnType<typeof memoryVault> },
): TestHost {
  const folder = kept?.folder ?? mkdtempSync(join(tmpdir(), 'orrery-mcp-'));
  const vault = kept?.vault ?? memoryVault();
  const host = createToolHost({
    definitions: [],
    ports: { net: createNet() } as never,
    vault,
    log: quiet,
    dataFolder: folder,
    version: '0.0.0',
    ...options,
  });
  const status = (id = 'child') => host.servers().find((each) => each.id === id) as ServerStatus;
  return {
    host,
    vault,
    folder,
    status,
    call: (tool, args = {}, signal = never()) =>
      host.call('child' as never, tool, args, { signal, folders: [], source: { kind: 'person' } }),
    async until(holds) {
      for (let i = 0; i < 1500 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
      if (!holds())
        throw new Error(
          `It never came so far: ${JSON.stringify(host.servers())} ${JSON.stringify(host.logs('child' as never).slice(-20))}`,
        );
    },
    async close() {
      await host.close();
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
