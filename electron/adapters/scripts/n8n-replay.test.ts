import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { createScripts } from './scripts.ts';

interface Recorded {
  expression: string;
  value?: JsonValue;
  isUndefined?: true;
  error?: string;
}

const fixtures = path.resolve(import.meta.dirname, '../../../tests/fixtures/n8n');
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(fixtures, name), 'utf8'));
const { cases } = read('expressions.json') as { cases: Recorded[] };
const given = read('given.json') as JsonObject & { items: JsonValue; nodes: Record<string, JsonObject> };
const nodes = { ...given.nodes, Split: { ...given.nodes.Split, items: given.items } };

/** Where our words are other than n8n's, on purpose. */
const otherWords: Record<string, string> = {
  // What is not among the given steps cannot be told from what was not executed.
  '={{ $("Nowhere").item.json }}': "Node 'Nowhere' hasn't been executed",
};

const scripts = createScripts();
afterAll(() => scripts.close());

const code = `return list.map((expression) => {
  try {
    const text = JSON.stringify(resolveValue(expression, 0));
    return text === undefined ? { expression, isUndefined: true } : { expression, value: JSON.parse(text) };
  } catch (error) {
    return { expression, error: error.message.replace(/ \\(parameter .*$/, '') };
  }
})`;
const globals = { $n8n: { ...given, nodes }, list: cases.map(({ expression }) => expression) };
const ran = scripts.run({ code, globals, prelude: ['n8n'] }, { signal: new AbortController().signal, timeoutMs: 30_000 });

test('there are enough of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(300);
  expect(new Set(cases.map(({ expression }) => expression)).size).toBe(cases.length);
});

test.each(cases.map((each, at) => [each.expression, each, at] as const))('as n8n says: %s', async (expression, recorded, at) => {
  const got = ((await ran) as unknown as Recorded[])[at];
  expect(got).toEqual(recorded.error === undefined ? recorded : { ...recorded, error: otherWords[expression] ?? recorded.error });
});
