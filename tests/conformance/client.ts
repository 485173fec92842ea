// The client that the official conformance suite drives: the product's own tool host, as a person would use it. The suite gives the
// server's address as the last argument and the scenario in the environment. The "browser" here follows redirects, as a signed-in
// one would; forms are accepted as the server suggests them.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToolHost } from '../../electron/adapters/mcp/tool-host.ts';
import { createNet } from '../../electron/adapters/net/net.ts';
import type { Log } from '../../electron/runtime/ports.ts';
import { toAppError } from '../../shared/errors.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import { type ServerConfig, serverConfig } from '../../shared/model/tool.ts';
import { memoryVault } from '../helpers/memory-vault.ts';

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}') as Record<string, string>;
const url = process.argv.at(-1) as string;

const print = (level: string) => (message: string, data?: Record<string, unknown>) => console.error(level, message, data ?? '');
const log: Log = { debug: () => undefined, info: print('info'), warn: print('warn'), error: print('error'), recent: () => [] };
const vault = memoryVault({
  ...(context.client_secret === undefined ? {} : { 'client-secret': context.client_secret }),
  ...(context.private_key_pem === undefined ? {} : { 'private-key': context.private_key_pem }),
});
const folder = mkdtempSync(join(tmpdir(), 'orrery-conformance-'));
const host = createToolHost({ definitions: [], ports: { net: createNet() } as never, vault, log, dataFolder: folder, version: '1.0.0' });
const signal = new AbortController().signal;

/** What the person would have typed on the server's page for this scenario. */
function config(): ServerConfig {
  const oauth: Record<string, string> = {};
  if (context.client_id !== undefined) oauth.clientId = context.client_id;
  if (context.client_secret !== undefined) oauth.clientSecret = 'client-secret';
  if (context.private_key_pem !== undefined) Object.assign(oauth, { privateKey: 'private-key', algorithm: context.signing_algorithm });
  if (scenario.startsWith('auth/client-credentials')) oauth.by = 'client-credentials';
  if (scenario === 'auth/basic-cimd') oauth.clientId = 'https://conformance-test.local/client-metadata.json';
  return serverConfig.parse({
    id: 'conformance',
    title: 'Conformance',
    transport: 'http',
    command: '',
    url,
    ...(Object.keys(oauth).length === 0 ? {} : { oauth }),
  });
}
const id = config().id;
const status = () => host.servers().find((server) => server.id === id);

/** The person opens the address; the authorization server sends their browser back. */
async function signIn(): Promise<void> {
  const { url: address, done } = await host.signIn(id, signal);
  const page = await fetch(address);
  await page.text();
  await done;
}

/** Does it, and once more after each sign-in that the server asks for. */
async function signedIn<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (toAppError(error).code !== 'not-authorized' || status()?.signIn?.needed !== true) throw error;
      await signIn();
    }
  }
}

const sample = (schema: JsonObject): JsonValue => {
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  switch (schema.type) {
    case 'number':
    case 'integer':
      return 2;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Record<string, JsonObject>).map(([name, each]) => [name, sample(each)]),
      );
    default:
      return 'text';
  }
};

async function main(): Promise<void> {
  host.serve({
    sample: async () => ({ text: 'A reply.', model: 'scripted', stopReason: 'endTurn' }),
    elicit: async () => ({ action: 'accept', content: {} }),
  });
  await host.start(config());
  if (status()?.signIn?.needed === true) await signIn();
  const { state, failure } = status() ?? {};
  if (state !== 'ready') throw new Error(`${failure?.message ?? state} ${failure?.hint ?? ''}`);
  for (const tool of host.tools(id)) {
    const args = sample(tool.inputSchema) as JsonObject;
    const result = await signedIn(() => host.call(id, tool.name, args, { signal, folders: [], source: { kind: 'person' } }));
    console.error(tool.name, JSON.stringify(result).slice(0, 300));
  }
}

try {
  await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
