// The same checks for every built-in tool server. A new `*.server.ts` is found by itself.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ServerDefinition, ServerPorts, ToolCallContext } from '../../electron/tool-servers/define-server.ts';
import { toolServers } from '../../electron/tool-servers/tool-servers.generated.ts';
import { AppError, cancelled, isCancelled } from '../../shared/errors.ts';

const folder = path.resolve(import.meta.dirname, '../../electron/tool-servers');
const stopsWithinMs = 5000;
const servers = toolServers as readonly ServerDefinition[];
const tools = servers.flatMap((server) => server.tools.map((tool) => [`${server.id}.${tool.name}`, server, tool] as const));

/** An input that fits, from the schema alone: what a model would write that knows only the types. */
function inputFor(schema: Record<string, unknown>): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case 'object': {
      const properties = (schema.properties ?? {}) as Record<string, Record<string, unknown>>;
      return Object.fromEntries(((schema.required ?? []) as string[]).map((key) => [key, inputFor(properties[key] ?? {})]));
    }
    case 'array':
      return [];
    case 'integer':
    case 'number':
      return (schema.minimum as number | undefined) ?? 1;
    case 'boolean':
      return false;
    default:
      return 'https://example.org/x';
  }
}

/** Powers that only wait; touching one that is not listed throws. Synchronous ones give nothing. */
function watchedPorts(needs: readonly string[], signal: AbortSignal, touched: string[]): ServerPorts {
  const hang = () =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(cancelled());
      else signal.addEventListener('abort', () => reject(cancelled()), { once: true });
    });
  const direct: Record<string, Record<string, () => unknown>> = {
    clock: { now: () => 0 },
    ids: { next: () => 'id-1' },
    settings: { get: () => ({ allowedHosts: ['*'] }) },
    memory: { get: () => undefined, search: () => [], put: () => ({}), list: () => ({ items: [], total: 0 }) },
    host: { info: () => ({}), usage: () => ({ cpu: 0, memory: 0 }) },
  };
  return new Proxy({} as ServerPorts, {
    get(_, port) {
      if (typeof port === 'symbol') return undefined;
      touched.push(port);
      if (!needs.includes(port)) throw new Error(`uses “${port}”, which its needs do not list`);
      return new Proxy({}, { get: (__, method) => direct[port]?.[String(method)] ?? hang });
    },
  });
}

test('every server file is in the list, and is named in the tests beside it', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.server.ts'));
  expect(files.length).toBe(servers.length);
  expect(files.length).toBeGreaterThanOrEqual(4);
  const tests = readdirSync(folder)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  expect(servers.map((server) => server.id).filter((id) => !new RegExp(`'${id}'`).test(tests))).toEqual([]);
});

test('ids are unique and fit a name that a model can be given', () => {
  expect(new Set(servers.map((server) => server.id)).size).toBe(servers.length);
  expect(servers.filter((server) => !/^[a-z][a-z0-9-]*$/.test(server.id))).toEqual([]);
});

describe.each(servers.map((server) => [server.id, server] as const))('%s', (_, server) => {
  test('says what it is; its tools’ names are unique; it uses every power that it asks for', async () => {
    expect(server.title).not.toBe('');
    expect(server.description).toMatch(/\.$/);
    expect(new Set(server.tools.map((tool) => tool.name)).size).toBe(server.tools.length);
    const touched: string[] = [];
    for (const tool of server.tools) await runStopped(server, tool, touched);
    expect([...new Set(touched)].sort()).toEqual([...server.needs].sort());
  });
});

async function runStopped(server: ServerDefinition, tool: ServerDefinition['tools'][number], touched: string[]): Promise<string> {
  const stop = new AbortController();
  const input = tool.input.parse(inputFor(z.toJSONSchema(tool.input, { io: 'input' })));
  const context: ToolCallContext<keyof ServerPorts> = {
    use: watchedPorts(server.needs, stop.signal, touched),
    signal: stop.signal,
    folders: ['/nowhere'],
    source: { kind: 'person' },
    progress: () => undefined,
  };
  const ended = (async () => tool.run(input, context))().then(
    () => 'done',
    (error: unknown) => (isCancelled(error) ? 'stopped' : error instanceof AppError ? `refused: ${error.code}` : `broke: ${String(error)}`),
  );
  stop.abort(cancelled());
  return Promise.race([ended, new Promise<string>((resolve) => setTimeout(() => resolve('still runs'), stopsWithinMs))]);
}

describe.each(tools)('%s', (_, server, tool) => {
  test('its definition is data that a model and a form can use', () => {
    expect(tool.name).toMatch(/^[a-z][a-z0-9_]{0,59}$/);
    expect(tool.title).not.toBe('');
    expect(tool.description.length).toBeGreaterThan(10);
    const schema = z.toJSONSchema(tool.input, { io: 'input' });
    expect(schema.type).toBe('object');
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    if (tool.output !== undefined) {
      expect(tool.output.type).toBe('object');
      expect(JSON.parse(JSON.stringify(tool.output))).toEqual(tool.output);
    }
  });

  test('its marks do not contradict each other', () => {
    if (tool.readOnly) expect(tool.destructive).toBe(false);
    if (tool.readOnly) expect(tool.idempotent).toBe(true);
  });

  test('uses only what the server’s needs list, and stops when it is told', async () => {
    const touched: string[] = [];
    const how = await runStopped(server, tool, touched);
    expect(how).toMatch(/^(done|stopped|refused: )/);
    expect(touched.filter((port) => !(server.needs as readonly string[]).includes(port))).toEqual([]);
  });
});
