import { describe, expect, it } from 'vitest';
import { conversation, type Message, message, type ToolCallPart } from '../../../shared/model/chat.ts';
import { lastOfPerson, rowsOf } from './rows.ts';
import { mainArgument, stepSummary } from './step-text.ts';

const call = (over: Partial<ToolCallPart> = {}) => ({
  type: 'tool-call',
  call: 'c1',
  server: 'files',
  tool: 'list_folder',
  args: { path: '/home/me/notes' },
  state: 'done',
  startedAt: 1,
  ms: 3,
  ...over,
});

const make = (role: 'person' | 'agent', state: Message['state'], parts: unknown[], id = `${role}-${Math.abs(parts.length)}`): Message =>
  message.parse({ id, role, state, parts, createdAt: 5 });

const chat = (messages: Message[]) =>
  conversation.parse({
    id: 'c',
    title: 't',
    agent: 'a',
    agentName: 'Librarian',
    createdAt: 1,
    updatedAt: 2,
    messageCount: messages.length,
    state: 'idle',
    messages,
  });

describe('rowsOf', () => {
  it('makes a row of each part and a foot after a finished answer', () => {
    const rows = rowsOf(
      chat([
        make('person', 'done', [{ type: 'text', text: 'List it' }]),
        make('agent', 'done', [{ type: 'reasoning', text: 'hm' }, call(), call({ call: 'c2' }), { type: 'text', text: 'Two files.' }]),
      ]),
    );
    expect(rows.map((row) => row.kind)).toEqual(['person', 'reasoning', 'step', 'step', 'text', 'foot']);
    expect(rows.filter((row) => row.kind === 'step').map((row) => row.first)).toEqual([true, false]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  });

  it('shows that it works while nothing else does, and no foot yet', () => {
    expect(rowsOf(chat([make('agent', 'running', [])])).map((row) => row.kind)).toEqual(['working']);
    expect(rowsOf(chat([make('agent', 'running', [call()])])).map((row) => row.kind)).toEqual(['step', 'working']);
    expect(rowsOf(chat([make('agent', 'running', [call({ state: 'running' })])])).map((row) => row.kind)).toEqual(['step']);
    const streaming = rowsOf(chat([make('agent', 'running', [{ type: 'text', text: 'So' }])]));
    expect(streaming).toMatchObject([{ kind: 'text', streaming: true }]);
  });

  it('turns a waiting call into a question and skips empty texts', () => {
    expect(
      rowsOf(chat([make('agent', 'running', [{ type: 'text', text: ' ' }, call({ state: 'waiting' })])])).map((row) => row.kind),
    ).toEqual(['ask']);
  });

  it('finds the last message of the person', () => {
    const first = make('person', 'done', [{ type: 'text', text: 'a' }], 'p1');
    const second = make('person', 'done', [{ type: 'text', text: 'b' }], 'p2');
    expect(lastOfPerson(chat([first, make('agent', 'done', []), second, make('agent', 'done', [])]))?.id).toBe('p2');
    expect(lastOfPerson(undefined)).toBeUndefined();
  });
});

describe('stepSummary', () => {
  const summary = (over: Partial<ToolCallPart>) =>
    stepSummary(message.parse({ id: 'm', role: 'agent', state: 'done', createdAt: 1, parts: [call(over)] }).parts[0] as ToolCallPart);

  it('counts lists and shortens texts', () => {
    expect(summary({ result: { content: [], structured: { entries: [1, 2, 3] }, isError: false } })).toBe('3 entries');
    expect(summary({ result: { content: [{ type: 'text', text: 'one\ntwo\nthree' }], isError: false } })).toBe('one · 2 more lines');
    expect(summary({ result: { content: [{ type: 'text', text: 'x'.repeat(500) }], isError: false } }).length).toBeLessThanOrEqual(120);
    expect(summary({ result: { content: [], isError: false } })).toBe('/home/me/notes');
  });

  it('says why it failed and shows hidden characters', () => {
    expect(summary({ state: 'failed', error: { code: 'x', message: 'No such\u200B folder.', retryable: false } })).toBe(
      'No such⟨U+200B⟩ folder.',
    );
    expect(summary({ state: 'denied' })).toBe('not allowed');
  });

  it('names what it works on', () => {
    expect(mainArgument({ path: 'a\u202Eb' })).toBe('a⟨U+202E⟩b');
    expect(mainArgument({ count: 3, other: 'only text' })).toBe('only text');
    expect(mainArgument({})).toBeUndefined();
  });
});
