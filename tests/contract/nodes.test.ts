// The same checks for every built-in node type. A new `*.node.ts` is found by itself.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyNodeType, NodeContext, Power } from '../../electron/runtime/nodes/define-node.ts';
import { builtInNodes } from '../../electron/runtime/nodes/nodes.generated.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import { checkTemplates } from '../../electron/runtime/templates.ts';
import { cancelled, isCancelled } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { nodeDescriptor } from '../../shared/model/node-descriptor.ts';
import { isKnownIcon } from './known-icons.ts';

const folder = path.resolve(import.meta.dirname, '../../electron/runtime/nodes');
/** A watchdog: a busy machine takes seconds to load what a node is made of. */
const stopsWithinMs = 20_000;

const registry = createRegistry({ nodes: builtInNodes, toolHost: { tools: () => [], onChange: () => () => undefined } });
const descriptors = new Map(registry.descriptors().map((each) => [each.kind, each]));

/** What was touched of `use`, by its dotted name; every power waits until the signal aborts, as a real one would. */
function watchedPowers(needs: readonly Power[], signal: AbortSignal, touched: string[]) {
  const hang = () =>
    new Promise((_, reject) => {
      const stop = () => reject(cancelled());
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
  const power = (name: string) =>
    new Proxy({}, { get: (_, key) => (name === 'clock' && key === 'now' ? () => 0 : typeof key === 'symbol' ? undefined : hang) });
  return new Proxy({} as Record<string, unknown>, {
    get(_, key) {
      if (typeof key === 'symbol') return undefined;
      touched.push(key);
      if (!(needs as readonly string[]).includes(key)) throw new Error(`uses “${key}”, which its needs do not list`);
      return power(key);
    },
    ownKeys: () => [...needs],
    getOwnPropertyDescriptor: (_, key) =>
      (needs as readonly string[]).includes(String(key)) ? { enumerable: true, configurable: true } : undefined,
  });
}

/** The defaults with every empty text filled in, so that `run` gets past its first check. */
function filled(node: AnyNodeType): unknown {
  const config: JsonObject = { ...node.defaults };
  for (const [key, value] of Object.entries(config)) if (value === '') config[key] = 'x';
  return node.config.parse(config);
}

test('every node file is in the list, and has its test beside it', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.node.ts'));
  expect(files.length).toBe(builtInNodes.length);
  expect(files.length).toBeGreaterThanOrEqual(22);
  expect(files.filter((file) => !existsSync(path.join(folder, file.replace(/\.ts$/, '.test.ts'))))).toEqual([]);
});

test('kinds are unique', () => {
  expect(new Set(builtInNodes.map((node) => node.kind)).size).toBe(builtInNodes.length);
});

describe.each(builtInNodes.map((node) => [node.kind, node] as const))('%s', (kind, node) => {
  // Configs of imported ones come from another program's file, and what they use depends on the node that they stand for.
  const isImported = node.imported !== undefined;

  test('its descriptor survives JSON, unchanged', () => {
    const descriptor = descriptors.get(kind);
    expect(descriptor).toBeDefined();
    expect(nodeDescriptor.parse(JSON.parse(JSON.stringify(descriptor)))).toEqual(descriptor);
    expect(kind).toMatch(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/);
    expect(node.description).toMatch(/\.$/);
    expect(node.keywords.length).toBeGreaterThan(0);
  });

  test('its defaults fit its schema, or the complaint names a field that must be filled in', () => {
    const result = node.config.safeParse(node.defaults);
    if (!result.success) {
      const required = node.fields.filter((field) => field.required === true).map((field) => field.key);
      // A tool is picked as one: its field stands for the server too.
      if (node.fields.some((field) => field.kind === 'tool')) required.push('server', 'tool');
      for (const issue of result.error.issues) {
        expect(required).toContain(issue.path[0]);
        expect(node.defaults[String(issue.path[0])]).toBe('');
        expect(issue.message).toMatch(/^(needs|must|has|may not) /);
      }
      return;
    }
    const config = result.data as JsonObject;
    expect([...(node.check?.(config) ?? []), ...checkTemplates(config, node.fields)]).toEqual([]);
  });

  test('every field names a key of its config, and every key has a field', () => {
    const keys = 'shape' in node.config ? Object.keys((node.config as unknown as { shape: object }).shape) : [];
    const fields = new Set(node.fields.map((field) => field.key));
    expect(node.fields.length).toBe(fields.size);
    expect([...fields].filter((key) => !keys.includes(key))).toEqual([]);
    const siblings = node.fields.some((field) => field.kind === 'tool') ? ['server'] : [];
    if (!isImported) expect(keys.filter((key) => !fields.has(key) && !siblings.includes(key))).toEqual([]);
    for (const field of node.fields) if (field.when !== undefined) expect(keys).toContain(field.when.key);
    if (node.outputsFromRows !== undefined) expect(isImported ? keys : [...fields]).toContain(node.outputsFromRows.field);
  });

  test('every older version upgrades', () => {
    expect(node.version).toBeGreaterThanOrEqual(1);
    const known = Object.keys(node.upgrades ?? {}).map(Number);
    expect(known).toEqual(Array.from({ length: node.version - 1 }, (_, index) => index + 1));
  });

  test('its icon is known to the UI', () => {
    expect(isKnownIcon(node.icon)).toBe(true);
  });

  test('`run` uses only what its needs list, and stops when it is told', async () => {
    const stop = new AbortController();
    const touched: string[] = [];
    const context: NodeContext<unknown, Power> = {
      config: filled(node),
      scope: { input: 'x', inputs: { in: 'x' }, vars: {}, steps: {} },
      use: watchedPowers(node.needs, stop.signal, touched) as never,
      signal: stop.signal,
      firstStartedAt: Date.now(),
      progress: () => undefined,
    };
    const ended = (async () => node.run(context))().then(
      () => 'done',
      (error: unknown) => (isCancelled(error) ? 'stopped' : `failed: ${(error as Error).message}`),
    );
    stop.abort(cancelled());
    const how = await Promise.race([ended, new Promise<string>((resolve) => setTimeout(() => resolve('still runs'), stopsWithinMs))]);
    // A node without powers has nothing to wait for; bodies are the engine's own; an input that was not given is a complaint.
    if (node.control === 'loop' || node.control === 'try' || node.control === 'clean-up') expect(how).toContain('failed');
    else if (kind === 'flow.input') expect(how).toContain('was not given');
    else if (isImported) expect(how).toMatch(/^(done|stopped|failed: (“x” cannot run here|The node that this n8n workflow))/);
    else expect(how).toMatch(/^(done|stopped)$/);
    expect(touched.filter((name) => !(node.needs as readonly string[]).includes(name))).toEqual([]);
    // A power that is asked for and never used is a power too many.
    if (!isImported) expect([...new Set(touched)].sort()).toEqual([...node.needs].sort());
  });
});
