import { expect, test } from 'vitest';
import { z } from 'zod';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { readForeign } from './read-foreign.ts';
import { withUnknownSettings } from './unknown-settings.ts';

const config = z.object({ server: z.string(), tool: z.string(), args: z.string().default('{}'), timeoutMs: z.number().optional() });
const types = new Map<string, Partial<AnyNodeType>>([
  ['test.strict', { kind: 'test.strict', version: 2, config }],
  ['test.open', { kind: 'test.open', version: 2, config: config.loose() }],
]);
const registry = { get: (kind: string) => types.get(kind) as AnyNodeType | undefined };

function report(kind: string, given: Record<string, unknown>, version = 2) {
  const node = { id: 'n', kind, version, config: given, position: { x: 0, y: 0 } };
  const file = { format: 'orrery.workflow', formatVersion: 1, name: 'Mine', nodes: [node], edges: [] };
  const { report: read, documents } = readForeign(JSON.stringify(file));
  const [document] = documents;
  if (document === undefined) throw new Error('It was not read.');
  return withUnknownSettings(read, document, registry).workflows[0];
}

test.each([
  ['arguments', 'args'],
  ['Args', 'args'],
  ['arg', 'args'],
  ['timeout', 'timeoutMs'],
  ['sever', 'server'],
])('a setting %s that no node of its kind has is said, with %s as what may be meant', (name, near) => {
  const found = report('test.strict', { server: 's', tool: 't', [name]: '{}' });
  expect(found?.verdict).toBe('partly');
  expect(found?.nodes[0]).toMatchObject({
    verdict: 'partly',
    reasons: [`Its setting “${name}” is not known and does nothing. Perhaps “${near}” is meant.`],
  });
});

test('nothing is guessed where nothing is near, and nothing said of what is known, open, older or of another kind', () => {
  expect(report('test.strict', { colour: 'red' })?.nodes[0]?.reasons).toEqual(['Its setting “colour” is not known and does nothing.']);
  for (const found of [
    report('test.strict', { server: 's', tool: 't', args: '{}' }),
    report('test.open', { colour: 'red' }),
    report('test.strict', { colour: 'red' }, 1),
    report('test.nowhere', { colour: 'red' }),
  ])
    expect(found).toMatchObject({ verdict: 'runs', nodes: [{ verdict: 'runs', reasons: [] }] });
});
