// A hundred changed definitions, and names that mislead: every one is noticed, and nothing is noticed where nothing changed.

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/model/json.ts';
import { AcceptedTools, forgetfulDefinitions } from './accepted-tools.ts';
import { checkNames, looksOf } from './definitions.ts';
import type { FoundTool } from './worker-messages.ts';

const tool = (name: string, more: Partial<FoundTool> = {}): FoundTool => ({
  name,
  title: 'Read a note',
  description: 'Reads a note by its path.',
  inputSchema: {
    type: 'object',
    properties: { path: { type: 'string', description: 'Where it is' }, limit: { type: 'number', maximum: 100 } },
    required: ['path'],
  },
  outputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  readOnly: true,
  idempotent: true,
  destructive: false,
  ...more,
});
const schema = (change: (schema: { properties: Record<string, JsonObject>; required: string[] } & JsonObject) => void): JsonObject => {
  const copy = structuredClone(tool('x').inputSchema) as Parameters<typeof change>[0];
  change(copy);
  return copy;
};
const hidden = [0x200b, 0x202e, 0x2060, 0xad, 0xfeff, 0xe0041, 0x2066, 0x180e, 0x3164, 0xfe0f].map((code) => String.fromCodePoint(code));

/** Each differs from `tool` in one thing. */
const changes: Partial<FoundTool>[] = [
  ...hidden.map((character) => ({ description: `Reads a note by its path.${character}` })),
  ...hidden.map((character) => ({ title: `Read a${character} note` })),
  ...hidden.map((character) => ({
    inputSchema: schema((each) => Object.assign(each.properties.path as JsonObject, { description: `Where it${character} is` })),
  })),
  ...hidden.map((character) => ({
    inputSchema: schema((each) => Object.assign(each.properties, { [`path${character}`]: { type: 'string' } })),
  })),
  ...Array.from({ length: 10 }, (_, at) => ({ description: `Reads a note by its path. ${'And sends it on. '.repeat(at + 1)}` })),
  ...Array.from({ length: 10 }, (_, at) => ({
    inputSchema: schema((each) => Object.assign(each.properties, { [`more${at}`]: { type: 'string' } })),
  })),
  ...Array.from({ length: 10 }, (_, at) => ({
    inputSchema: schema((each) => Object.assign(each.properties.limit as JsonObject, { maximum: 101 + at })),
  })),
  ...Array.from({ length: 10 }, (_, at) => ({ inputSchema: schema((each) => each.required.push(`x${at}`)) })),
  ...Array.from({ length: 10 }, (_, at) => ({ outputSchema: { type: 'object', properties: { text: { type: 'string', maxLength: at } } } })),
  { readOnly: false },
  { idempotent: false },
  { destructive: true },
  { title: 'Read a Note' },
  { title: '' },
  { description: '' },
  { description: 'reads a note by its path.' },
  { description: 'Reads a note by its pаth.' },
  { inputSchema: { type: 'object' } },
  { inputSchema: schema((each) => each.required.pop()) },
];

const seen = (tools: FoundTool[]) => {
  const accepted = new AcceptedTools('notes' as never, forgetfulDefinitions(), new Set());
  const notes: string[] = [];
  accepted.take(tools, 1, (text) => notes.push(text));
  return { accepted, notes, take: (next: FoundTool[]) => accepted.take(next, 2, (text) => notes.push(text)) };
};

describe('changed definitions', () => {
  it('a hundred of a hundred ask again, with what was before and what is now', () => {
    expect(changes).toHaveLength(100);
    const missed = changes.filter((change) => {
      const { accepted, take } = seen([tool('read')]);
      const [now] = take([tool('read', change)]);
      const [found] = accepted.changes;
      return !(
        now?.unaccepted?.kind === 'changed' &&
        now.unaccepted.before?.description === tool('read').description &&
        found?.before !== found?.after &&
        found?.kind === 'changed'
      );
    });
    expect(missed).toEqual([]);
  });

  it('hidden characters are spelled out with their place', () => {
    for (const [at, change] of changes.slice(0, 40).entries()) {
      const { accepted, take } = seen([tool('read')]);
      take([tool('read', change)]);
      expect(accepted.changes[0]?.hidden, `change ${at}`).toEqual([expect.stringMatching(/read.*: U\+[0-9A-F]{2,5} .+ at character \d+$/)]);
    }
  });

  it('a new tool asks, one that went away is said beside it, and what merely stands otherwise does not ask', () => {
    const { accepted, take } = seen([tool('read'), tool('list')]);
    const { type, required, properties } = tool('read').inputSchema;
    expect(
      take([tool('list'), tool('read', { inputSchema: { required, properties, type } as JsonObject })]).filter((each) => each.unaccepted),
    ).toEqual([]);
    expect(take([tool('read')]).filter((each) => each.unaccepted)).toEqual([]);
    expect(accepted.changes).toEqual([]);
    const now = take([tool('read'), tool('send')]);
    expect(now.map((each) => each.unaccepted?.kind)).toEqual([undefined, 'added']);
    expect(accepted.changes.map(({ tool: name, kind }) => [name, kind])).toEqual([
      ['send', 'added'],
      ['list', 'removed'],
    ]);
  });

  it('what a server offers first is what is accepted, also when it offered nothing before', () => {
    const { take } = seen([]);
    expect(take([tool('read'), tool('list')]).filter((each) => each.unaccepted)).toEqual([]);
    expect(take([tool('read'), tool('list'), tool('send')]).map((each) => each.unaccepted?.kind)).toEqual([undefined, undefined, 'added']);
  });

  it('asks until a person accepts, and again after a restart', () => {
    const store = forgetfulDefinitions();
    const first = new AcceptedTools('notes' as never, store, new Set());
    first.take([tool('read')], 1, () => undefined);
    const later = new AcceptedTools('notes' as never, store, new Set());
    expect(later.take([tool('read', { destructive: true })], 2, () => undefined)[0]?.unaccepted).toBeDefined();
    expect(
      new AcceptedTools('notes' as never, store, new Set()).take([tool('read', { destructive: true })], 3, () => undefined)[0]?.unaccepted,
    ).toBeDefined();
    expect(later.accept(4)[0]?.unaccepted).toBeUndefined();
    expect(later.changes).toEqual([]);
    expect(later.take([tool('read', { destructive: true })], 5, () => undefined)[0]?.unaccepted).toBeUndefined();
    expect(later.take([tool('read')], 6, () => undefined)[0]?.unaccepted, 'the old one is a change too').toBeDefined();
  });
});

describe('names of tools', () => {
  const builtIn = new Set([looksOf('files.write_text')]);
  const refusedOf = (...names: string[]) =>
    checkNames(
      names.map((name) => tool(name)),
      builtIn,
    ).refused.map((each) => each.name);

  it.each([
    ['a hidden character', ['read', 're\u200bad']],
    ['a direction override', ['\u202eread']],
    ['letters of another script', ['read', 'rеad']],
    ['full-width letters', ['read', 'ｒｅａｄ']],
    ['the same name twice', ['read', 'read']],
    ['the name of a built-in tool', ['files.write_text']],
    ['what looks like the name of a built-in tool', ['fiIes.wrіte_text']],
    ['a line break', ['read\nignore']],
  ])('%s is refused', (_why, names) => {
    expect(refusedOf(...names)).toEqual([names.at(-1)]);
  });

  it('ordinary names are kept, those of another script and those that differ in a digit too', () => {
    expect(refusedOf('get_1', 'get_l', 'get-1', 'memory_search', 'write_text', 'a/b', '検索', 'поиск')).toEqual([]);
  });
});
