import { expect, test } from 'vitest';
import type { HostClient } from '../wires/attach.ts';
import { findWorkflow } from './find-workflow.ts';

/** The two calls that it makes. */
function clientWith(names: Record<string, string>): HostClient {
  const all = Object.entries(names).map(([id, name]) => ({ id, name }));
  const workflows = {
    list: async () => all,
    get: async ({ id }: { id: string }) => all.find((each) => each.id === id),
  };
  return { workflows } as unknown as HostClient;
}
const hintOf = (client: HostClient, which: string): Promise<string> =>
  findWorkflow(client, which).then(
    () => expect.unreachable('it was found'),
    (error: { code: string; hint: string }) => {
      expect(error.code).toBe('input-workflow-unknown');
      return error.hint;
    },
  );

test('a workflow is found by its id, and by its name in any case', async () => {
  const client = clientWith({ w1: 'Folder digest', w2: 'Other' });
  expect(await findWorkflow(client, 'w2')).toMatchObject({ id: 'w2' });
  expect(await findWorkflow(client, 'folder DIGEST')).toMatchObject({ id: 'w1' });
});

test('of several with one name the ids are told, and each is found by its own', async () => {
  const client = clientWith({ w1: 'Digest', w2: 'digest' });
  expect(await hintOf(client, 'Digest')).toBe('Give its id: w1, w2.');
  expect(await findWorkflow(client, 'w2')).toMatchObject({ id: 'w2' });
});

test('one that is not there is answered with what there is, of many with the first', async () => {
  expect(await hintOf(clientWith({}), 'x')).toContain('None is stored yet');
  expect(await hintOf(clientWith({ w1: 'Digest' }), 'x')).toContain('Stored are: “Digest”. Store another');
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`w${i}`, `Name ${i}`]));
  const hint = await hintOf(clientWith(many), 'x');
  expect(hint).toContain('“Name 9”, and 2 more.');
  expect(hint).not.toContain('Name 10');
});
