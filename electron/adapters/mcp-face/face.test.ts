// What the official client sees of a session that refuses.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { type FaceSession, serveFace } from './face.ts';

const refuse = (error: AppError) => (): never => {
  throw error;
};

async function connect(error: AppError): Promise<Client> {
  const no = refuse(error);
  const session: FaceSession = {
    ...{ tools: no, resources: no, prompts: no, complete: no, cancel: () => undefined },
    ...{ call: async () => no(), readResource: async () => no(), prompt: async () => no() },
  };
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await serveFace(session, ours, '1');
  const client = new Client({ name: 'a test', version: '1' });
  await client.connect(theirs);
  return client;
}

test('a program that asks too often is told when to try again, whatever it asked for', async () => {
  const details = { retryAfterSeconds: 3 };
  const client = await connect(new AppError('too-many-requests', 'The program asked too often.', { hint: 'Try again in 3 s.', details }));
  const limited = {
    code: -32005,
    message: expect.stringContaining('The program asked too often. Try again in 3 s.'),
    data: { code: 'too-many-requests', retryAfterSeconds: 3 },
  };
  const reference = { type: 'ref/prompt' as const, name: 'x' };
  await expect(client.listTools()).rejects.toMatchObject(limited);
  await expect(client.listResources()).rejects.toMatchObject(limited);
  await expect(client.listPrompts()).rejects.toMatchObject(limited);
  await expect(client.getPrompt({ name: 'x' })).rejects.toMatchObject(limited);
  await expect(client.complete({ ref: reference, argument: { name: 'a', value: '' } })).rejects.toMatchObject(limited);
  await expect(client.readResource({ uri: 'orrery://workflows/w' })).rejects.toMatchObject(limited);
  // A model reads what became of a call.
  expect(await client.callTool({ name: 'x' })).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('in 3 s') }] });
  await client.close();
});

test.each([
  ['prompt-not-found', -32602],
  ['resource-not-found', -32002],
  ['denied', -32603],
])('%s has the code %i', async (code, expected) => {
  const client = await connect(new AppError(code, 'No.', { hint: 'Ask for something else.' }));
  await expect(client.getPrompt({ name: 'x' })).rejects.toMatchObject({ code: expected, data: { code } });
  await client.close();
});
