// Reads of a real server: what comes is redacted, what cannot be had is said in words, and each is in the log.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { configOf, never, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';
import { createServerReads, type ServerReads } from './server-reads.ts';

const everything = fileURLToPath(new URL('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url));
const id = 'child' as ServerId;
let lab: TestHost;
let reads: ServerReads;
const entries: NewAuditEntry[] = [];

beforeAll(async () => {
  lab = testHost();
  const { state, failure } = await lab.host.start(configOf({ command: 'node', args: [everything], reach: { sandbox: 'off' } }));
  expect(state, failure?.message).toBe('ready');
  const vault = { redact: (text: string) => text.replaceAll('Bern', '[secret:town]') };
  reads = createServerReads({ tools: lab.host, vault, audit: { record: (entry) => void entries.push(entry) } });
});
beforeEach(() => {
  entries.length = 0;
});
afterAll(() => lab?.close());

it('gives what the server gives, redacted, and writes down who read what', async () => {
  const [message] = await reads.prompt(id, 'args-prompt', { city: 'Bern' }, never());
  expect(message?.content).toMatchObject({ type: 'text', text: expect.stringContaining('[secret:town]') });
  const [text] = await reads.resource(id, 'demo://resource/dynamic/text/3', never());
  expect(text?.text).toContain('Resource 3');
  expect(entries).toMatchObject([
    {
      kind: 'call',
      actor: { kind: 'person' },
      what: 'child.prompts/get',
      outcome: 'done',
      reason: 'You read the prompt args-prompt of Child.',
    },
    {
      kind: 'call',
      what: 'child.resources/read',
      outcome: 'done',
      details: { resource: 'demo://resource/dynamic/text/3', rule: 'person' },
    },
  ]);
});

it('text that comes as bytes is redacted too, and comes as text then; other bytes come as they are', async () => {
  const bytes = (text: string): string => Buffer.from(text).toString('base64');
  const contents = [
    { uri: 'x://Bern', mimeType: 'application/json', blob: bytes('{"town":"Bern"}') },
    { uri: 'x://b', mimeType: 'text/plain', blob: bytes('Basel') },
    { uri: 'x://c', mimeType: 'image/png', blob: bytes('Bern') },
  ];
  const tools = { ...lab.host, readResource: async () => contents };
  const { resource } = createServerReads({ tools, vault: { redact: (text) => text.replaceAll('Bern', '[secret:town]') } });
  expect(await resource(id, 'x://a', never())).toEqual([
    { uri: 'x://[secret:town]', mimeType: 'application/json', text: '{"town":"[secret:town]"}' },
    ...contents.slice(1),
  ]);
});

it('one that is gone is said so, with what the server says and what to do; one that is followed is not told of again', async () => {
  await expect(reads.resource(id, 'demo://nowhere', never())).rejects.toMatchObject({
    code: 'resource-not-given',
    message: expect.stringMatching(/^Child does not give this resource\. It says: (?!MCP error)/),
    hint: expect.stringContaining('call the tool again'),
  });
  await expect(reads.prompt(id, 'args-prompt', {}, never())).rejects.toMatchObject({ code: 'prompt-not-given' });
  expect(entries.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  await reads.again(id, 'demo://resource/dynamic/text/3', never());
  expect(entries).toHaveLength(2);
});

it('a link in an answer stays one, with its name, type and address; bytes that are text come as text', async () => {
  const links = (await lab.call('get-resource-links', { count: 1 })).content.filter((part) => part.type === 'resource-link');
  expect(links).toEqual([
    {
      type: 'resource-link',
      uri: 'demo://resource/dynamic/blob/1',
      name: 'Blob Resource 1',
      description: expect.any(String),
      mimeType: 'text/plain',
    },
  ]);
  const { content } = await lab.call('get-resource-reference', { resourceType: 'Blob', resourceId: 2 });
  expect(content.find((part) => part.type === 'resource')).toMatchObject({ text: expect.stringContaining('Resource 2') });
});

it('a server that is not there says so', async () => {
  await expect(reads.resource('gone' as ServerId, 'x://y', never())).rejects.toMatchObject({ code: 'server-not-found' });
});
