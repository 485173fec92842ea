// A whole headless host in this process, with a page and a command line on it, for the question of who did what: everything that is
// done is done through the contract, and what the audit log has of it since is read back.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import type { HostClient } from '../../electron/wires/attach.ts';
import { connectInMemory } from '../../electron/wires/memory-wire.ts';
import type { AuditEntry } from '../../shared/model/audit.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { until } from './engine-lab.ts';
import { type OllamaReply, type ScriptedOllama, startScriptedOllama } from './scripted-ollama.ts';

export const passphrase = 'of the vault, a long one';

export interface WhoLab {
  host: OpenedHost;
  page: HostClient;
  cli: HostClient;
  /** Granted to everyone, and in no data folder. */
  folder: string;
  ollama: ScriptedOllama;
  /** What the model does when it is asked about this word: one call, then it is done. */
  onWord(word: string, call: { name: string; args: JsonObject }): void;
  /** Number of the newest entry. */
  last(): Promise<number>;
  /** Entries after this one, oldest first. */
  since(seq: number): Promise<AuditEntry[]>;
  over(run: RunId): Promise<void>;
  close(): Promise<void>;
}

export async function openWhoLab(): Promise<WhoLab> {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'orrery-who-')));
  const folder = path.join(base, 'notes');
  mkdirSync(folder);
  const opened = await openHost({ kind: 'headless', dataFolder: path.join(base, 'data'), quiet: true, ...headlessShell });
  if (!('host' in opened)) throw new Error(opened.message);
  const { host } = opened;
  const wires = [connectInMemory(host.wires, host.context('page')), connectInMemory(host.wires, host.context('cli'))] as const;
  const [page, cli] = wires.map((wire) => createORPCClient(wire.link) as HostClient) as [HostClient, HostClient];
  const words = new Map<string, { name: string; args: JsonObject }>();
  const ollama = await startScriptedOllama({
    models: [
      { name: 'scripted:1b', capabilities: ['completion', 'tools'] },
      { name: 'old:1b', capabilities: ['completion'] },
    ],
    pulls: { 'new:1b': { steps: [{ status: 'success' }] } },
    replies: ({ messages }): OllamaReply => {
      const asked = messages.findLastIndex(({ role }) => role === 'user');
      const text = messages[asked]?.content ?? '';
      const call = [...words].find(([word]) => text.includes(word))?.[1];
      const isDone = messages.slice(asked + 1).some(({ role }) => role === 'tool');
      return call === undefined || isDone ? { text: 'Done.' } : { toolCalls: [{ name: call.name, arguments: call.args }] };
    },
  });
  await page.settings.change({
    providers: [{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: ollama.url, enabled: true }],
    defaultModel: 'ollama/scripted:1b',
    folders: [folder],
  });
  await page.models.listProviders({ refresh: true });
  await page.vault.setPassphrase({ passphrase });
  const builtIn = () => host.runtime.services.ports.tools.servers().filter(({ kind }) => kind === 'built-in');
  await until(() => builtIn().length > 0 && builtIn().every(({ state }) => state === 'ready'), 'the built-in tool servers are ready');
  return {
    ...{ host, page, cli, folder, ollama },
    onWord: (word, call) => void words.set(word, call),
    last: async () => (await page.audit.list({ limit: 1 }))[0]?.seq ?? 0,
    since: async (seq) => (await page.audit.list({ limit: 500 })).filter((entry) => entry.seq > seq).reverse(),
    over: (run) =>
      until(() => {
        const found = host.runtime.services.ports.store.runs.get(run);
        return found !== undefined && isRunOver(found.status);
      }, 'the run is over'),
    async close() {
      for (const wire of wires) wire.close();
      await host.close();
      await ollama.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
}
