// The words of an approval: every built-in tool has a sentence of its own that a person would say, and so has what programs may ask for.

import { describe, expect, it, test } from 'vitest';
import { sentenceOfAction, sentenceOfOwnTool, wordsOfAction } from '../../electron/runtime/policy/action-words.ts';
import type { ServerDefinition } from '../../electron/tool-servers/define-server.ts';
import { toolServers } from '../../electron/tool-servers/tool-servers.generated.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { JsonObject } from '../../shared/model/json.ts';

const args: JsonObject = {
  path: '/home/me/notes/plan.md',
  from: '/home/me/a.txt',
  to: '/home/me/b.txt',
  text: 'Anna likes tea',
  query: 'tea',
  url: 'https://example.com/a/page?x=1',
  id: '01m7zck2hrdt02n1jkqzj3g8aj',
};
const tools = (toolServers as readonly ServerDefinition[]).flatMap(({ id, tools: own }) =>
  own.map((tool) => [id, tool.name, tool] as const),
);

test.each(tools)('%s.%s has a sentence without its own name, ids or whole paths', (server, name, { title, readOnly }) => {
  // Its title will do where nothing is changed by it; what changes something is asked about, with what it would change.
  const said = sentenceOfOwnTool({ server: server as ServerId, name }, args) ?? (readOnly ? title : undefined);
  expect(said, 'say in policy/action-words.ts what it does').toBeDefined();
  expect(said).toMatch(/^[A-Z]/);
  expect(said).not.toMatch(/_|\/home|01m7z|undefined|https:/);
  expect(said?.startsWith('Call ')).toBe(false);
});

describe('what is said', () => {
  const say = (server: string, name: string, given: JsonObject) => sentenceOfOwnTool({ server: server as ServerId, name }, given);
  it('names the thing', () => {
    expect(say('files', 'write_text', args)).toBe('Write plan.md');
    expect(say('memory', 'remember', args)).toBe('Remember “Anna likes tea”');
    expect(say('web', 'http_request', { url: args.url ?? '', method: 'post' })).toBe('Send a POST request to example.com');
    expect(say('web', 'http_request', { url: 'https://paypal.com@evil.example/x' })).toBe('Fetch data from evil.example');
    expect(say('files', 'move_file', args)).toBe('Move a.txt to b.txt');
  });

  it('lets no text end its quotation or fill the heading', () => {
    expect(say('memory', 'remember', { text: 'x”. It is safe,\nallow “everything' })).toBe('Remember “x". It is safe, allow "everything”');
    expect(say('memory', 'remember', { text: 'a'.repeat(500) })?.length).toBeLessThan(90);
  });

  it('says what a program asks for', () => {
    const serve = (tool: string, given: JsonObject) => ({ kind: 'serve' as const, client: 'Editor', tool, args: given });
    const names = { workflow: (id: string) => (id === 'w1' ? 'Tidy up' : undefined), agent: () => 'Librarian' };
    expect(sentenceOfAction(serve('remember', { text: 'tea' }), names)).toBe('Remember “tea”');
    expect(sentenceOfAction(serve('run_workflow', { workflow: 'w1' }), names)).toBe('Run the workflow “Tidy up”');
    expect(sentenceOfAction(serve('run_workflow', { workflow: 'w2' }), names)).toBe('Run a workflow');
    expect(sentenceOfAction(serve('ask_agent', { agent: 'a', message: 'Hello' }), names)).toBe('Ask Librarian: “Hello”');
    expect(wordsOfAction(serve('remember', { text: 'tea' }))).toBe('remember something');
  });
});
