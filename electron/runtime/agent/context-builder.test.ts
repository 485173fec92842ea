import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../../shared/model/chat.ts';
import type { MessageId, ServerId } from '../../../shared/model/ids.ts';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { buildContext, fitToBudget } from './context-builder.ts';
import { titleFrom } from './titles.ts';
import { offerTools } from './tool-names.ts';

const message = (role: Message['role'], ...parts: MessagePart[]): Message => ({
  id: 'm' as MessageId,
  role,
  parts,
  createdAt: 0,
  state: 'done',
});
const text = (value: string): MessagePart => ({ type: 'text', text: value });
const call = (id: string, result: string): MessagePart => ({
  type: 'tool-call',
  call: id,
  server: 'files' as ServerId,
  tool: 'list',
  args: { p: id },
  state: 'done',
  result: { content: [{ type: 'text', text: result }], isError: false },
  startedAt: 0,
});
const offered = offerTools([tool('files', 'list')]);
const build = (messages: Message[], budget = 100_000) =>
  buildContext({ agent: { name: 'Ada', character: 'Be kind.' }, messages, offered, now: Date.UTC(2026, 0, 2), budget, folders: ['/work'] });

describe('what a model is sent', () => {
  it('begins with the character, the day and the folders', () => {
    const system = build([])[0];
    expect(system?.role).toBe('system');
    for (const part of ['Ada', 'Be kind.', '2026-01-02', '/work']) expect(system?.text).toContain(part);
  });

  it('tells calls and results in the order the APIs want, without reasoning', () => {
    const sent = build([
      message('person', text('hi')),
      message(
        'agent',
        { type: 'reasoning', text: 'secret thoughts' },
        text('a'),
        call('1', 'r1'),
        call('2', 'r2'),
        text('b'),
        call('3', 'r3'),
        text('c'),
      ),
    ]).slice(1);
    expect(sent.map((each) => [each.role, each.text, each.toolCalls?.map((one) => one.id) ?? each.toolCallId])).toEqual([
      ['user', 'hi', undefined],
      ['assistant', 'a', ['1', '2']],
      ['tool', 'r1', '1'],
      ['tool', 'r2', '2'],
      ['assistant', 'b', ['3']],
      ['tool', 'r3', '3'],
      ['assistant', 'c', undefined],
    ]);
    expect(sent[1]?.toolCalls?.[0]).toEqual({ id: '1', name: 'files__list', args: { p: '1' } });
  });

  it('drops the oldest tool results first, then the oldest messages with a note, never the newest question', () => {
    const long = 'x'.repeat(3000);
    const history = [
      message('person', text('first')),
      message('agent', call('1', long), text('one')),
      message('person', text('last question')),
    ];
    const withoutResults = build(history, 3000);
    expect(withoutResults.some((each) => each.text === 'first')).toBe(true);
    expect(withoutResults.find((each) => each.role === 'tool')?.text).toContain('left out');
    const many = Array.from({ length: 60 }, (_, i) => [
      message('person', text(`q${i} ${'y'.repeat(200)}`)),
      message('agent', text(`a${i}`)),
    ]).flat();
    const cut = build([...many, message('person', text('last question'))], 4000);
    expect(cut[1]?.text).toContain('beginning of this conversation was left out');
    expect(cut.at(-1)?.text).toBe('last question');
    expect(cut[2]?.role).toBe('user');
  });

  it('stays within its budget whenever the question itself fits, and keeps no result without its call', () => {
    const turn = fc.record({
      ask: fc.string({ maxLength: 400 }),
      said: fc.string({ maxLength: 400 }),
      results: fc.array(fc.string({ maxLength: 2000 }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const messages = turns.flatMap(({ ask, said, results }, t) => [
          { role: 'user' as const, text: ask },
          { role: 'assistant' as const, text: said, toolCalls: results.map((_, i) => ({ id: `${t}-${i}`, name: 'f', args: {} })) },
          ...results.map((result, i) => ({ role: 'tool' as const, text: result, toolCallId: `${t}-${i}` })),
        ]);
        const out = fitToBudget([...messages, { role: 'user', text: 'last' }], 4000);
        expect(out.at(-1)?.text).toBe('last');
        expect(out.reduce((sum, each) => sum + each.text.length, 0)).toBeLessThanOrEqual(4200);
        const known = new Set(out.flatMap((each) => each.toolCalls?.map((one) => one.id) ?? []));
        for (const each of out) if (each.role === 'tool') expect(known.has(each.toolCallId ?? '')).toBe(true);
      }),
    );
  });
});

describe('titles', () => {
  it('are the first words', () => {
    expect(titleFrom('  Hello\n there ')).toBe('Hello there');
    expect(titleFrom('**')).toBe('New conversation');
    expect(titleFrom('a'.repeat(80))).toBe(`${'a'.repeat(50)}…`);
    expect(titleFrom('word '.repeat(30))).toMatch(/^(word ){9}word…$/);
  });
});
