import { expect, it } from 'vitest';
import { createRedactor } from '../vault/redactor.ts';
import { cleanSaid, cleanTools } from './clean-said.ts';
import { checkNames } from './definitions.ts';
import type { FoundTool } from './worker-messages.ts';

const tool = (name: string, description = 'Says it.'): FoundTool => ({
  ...{ name, title: name, description, readOnly: true, idempotent: true, destructive: false },
  inputSchema: { type: 'object', properties: { text: { type: 'string', description } }, required: ['text'] },
});
const knowing = (value: string) => {
  const redactor = createRedactor();
  redactor.learn('K', value);
  return redactor.redact;
};

it.each(['name', 'type', 'text', 'object', 'title', 'description', 'inputSchema', 'required', 'properties'])(
  'a secret “%s” costs no tool its form',
  (secret) => {
    const tools = cleanTools([tool('echo')], knowing(secret), () => undefined);
    expect(checkNames(tools, new Set()).kept).toEqual([tool('echo')]);
    // And stands in no text.
    const [said] = cleanTools([tool('echo', `It is ${secret}.`)], knowing(secret), () => undefined);
    expect(said).toMatchObject({ name: 'echo', description: 'It is [secret:K].', inputSchema: { required: ['text'], type: 'object' } });
  },
);

it('what a server asks is still a question when a secret is a word of it', () => {
  const asks = { what: 'sample', request: { messages: [{ role: 'user', text: 'the user user' }], maxTokens: 10, hints: [] } };
  expect(cleanSaid(asks, knowing('user'))).toEqual({
    ...asks,
    request: { ...asks.request, messages: [{ role: 'user', text: 'the [secret:K] [secret:K]' }] },
  });
  expect(cleanSaid(asks, knowing('sample'))).toBe(asks);
});

it('a tool keeps its name where a short secret is a part of it, and is left out where it is a long one', () => {
  let out = 0;
  const of = (name: string, secret: string) => cleanTools([tool(name)], knowing(secret), () => (out += 1)).map((each) => each.name);
  expect(of('postgres_query', 'postgres')).toEqual(['postgres_query']);
  expect(of('test', 'test')).toEqual(['test']);
  expect(out).toBe(0);
  expect(of('tell_sk-123456789abc', 'sk-123456789abc')).toEqual([]);
  expect(out).toBe(1);
});
