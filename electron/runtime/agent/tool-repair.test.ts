import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { chooseTools, offerTools } from './tool-names.ts';
import { findPrintedCalls, mendArgs } from './tool-repair.ts';

const offered = offerTools([tool('files', 'list_folder'), tool('files', 'read_text'), tool('other', 'read_text')]);
const names = (text: string) => findPrintedCalls(text, offered).calls.map((call) => offered.find(call.name)?.name);

describe('printed tool calls', () => {
  it.each([
    ['a fence', 'Sure.\n```json\n{"name": "files.list_folder", "arguments": {"path": "/a"}}\n```'],
    ['a tag', '<tool_call>{"name":"files__list_folder","arguments":{"path":"/a"}}</tool_call>'],
    ['an unclosed tag', '<tool_call>\n{"name":"files_list_folder","arguments":{"path":"/a"}}'],
    ['a bare object', '{"name":"list_folder","parameters":{"path":"/a"}}'],
    ['text arguments', '{"tool":"files/list_folder","args":"{\\"path\\":\\"/a\\"}"}'],
    ['an OpenAI shape', '[{"type":"function","function":{"name":"functions.files__list_folder","arguments":{"path":"/a"}}}]'],
    ['a comma too many and brackets missing', '{"name":"files.list_folder","arguments":{"path":"/a",}'],
  ])('are found in %s', (_, text) => {
    const { calls } = findPrintedCalls(text, offered);
    expect(calls.map((call) => call.args)).toEqual([{ path: '/a' }]);
    expect(names(text)).toEqual(['list_folder']);
  });

  it('keep the words around them', () => {
    expect(findPrintedCalls('Before.\n<tool_call>{"name":"files.list_folder"}</tool_call>\nAfter.', offered).text).toBe(
      'Before.\n\nAfter.',
    );
  });

  it.each([
    ['another JSON answer', '{"name":"Ada","arguments":{}}'],
    ['an example in prose', 'Write {"name":"files.list_folder"} to call it.'],
    ['an ambiguous bare name', '{"name":"read_text","arguments":{}}'],
    ['poisoned keys', '{"name":"files.list_folder","arguments":{"__proto__":{"x":1}}}'],
  ])('are not found in %s', (_, text) => {
    expect(findPrintedCalls(text, offered)).toEqual({ text, calls: [] });
  });

  it('never throws and never makes up a tool', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        for (const call of findPrintedCalls(`{"${text}<tool_call>${text}\`\`\`json`, offered).calls)
          expect(offered.find(call.name)).toBeDefined();
      }),
    );
  });

  it('mends arguments', () => {
    expect(mendArgs('{"a":1}')).toEqual({ a: 1 });
    expect(mendArgs('"{\\"a\\":1}"')).toEqual({ a: 1 });
    expect(mendArgs({ $text: '{"a":1}' })).toEqual({ a: 1 });
    expect(mendArgs('just words')).toEqual({ input: 'just words' });
    expect(mendArgs('')).toEqual({});
    expect(mendArgs(null)).toEqual({});
  });
});

describe('tool names', () => {
  it('fit what model APIs allow, are unique, and lead back', () => {
    const tools = [tool('a', 'x.y'), tool('a', 'x/y'), tool('a', `long${'g'.repeat(100)}1`), tool('a', `long${'g'.repeat(100)}2`)];
    const all = offerTools(tools);
    expect(all.byName.size).toBe(4);
    for (const [name, info] of all.byName) {
      expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      expect(all.find(name)).toBe(info);
    }
  });

  it('are chosen by server.tool or server.*', () => {
    const all = [tool('files', 'a'), tool('files', 'b'), tool('web', 'c')];
    expect(chooseTools(all, ['files.*']).map((each) => each.name)).toEqual(['a', 'b']);
    expect(chooseTools(all, ['files.b', 'web.c', 'gone.*']).map((each) => each.name)).toEqual(['b', 'c']);
    expect(chooseTools(all, [])).toEqual([]);
  });
});
