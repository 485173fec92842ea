// Servers whose answers are not what MCP says: what a person reads of it, and what still works.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { configOf, never, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';
import { badAnswer } from './bad-answer.ts';

let folder: string;
let lab: TestHost;
const id = 'child' as ServerId;
const server = `import { createInterface } from 'node:readline';
const answers = JSON.parse(process.argv[2]);
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const say = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  if (method === 'initialize') say({ protocolVersion: '2025-06-18', capabilities: { tools: {}, resources: {}, prompts: {} }, serverInfo: { name: 'bent', version: '1' } });
  else if (method === 'tools/list') say({ tools: [{ name: 'act', inputSchema: { type: 'object' } }] });
  else if (id !== undefined) say(answers[method] ?? {});
});`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-bent-'));
  writeFileSync(join(folder, 'bent.mjs'), server);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => lab.close());
async function start(answers: object): Promise<void> {
  lab = testHost();
  const args = [join(folder, 'bent.mjs'), JSON.stringify(answers)];
  const { state, failure } = await lab.host.start(configOf({ command: 'node', args, reach: { sandbox: 'off' } }));
  expect(state, failure?.message).toBe('ready');
}
const failing = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  const known = error as AppError;
  // Nothing of the checker's own form.
  expect(known.message).not.toMatch(/[{}[\]]|invalid_|expected/);
  expect(known.hint).toContain('makers');
  return known;
};

it('a bad list of templates, of resources or of prompts is named in words', async () => {
  await start({
    'resources/list': { resources: [] },
    'resources/templates/list': { resourceTemplates: [{ name: 'a' }, { name: 'b' }] },
    'prompts/list': { prompts: 'none' },
  });
  expect(await failing(lab.host.resources(id, never()))).toMatchObject({
    code: 'server-answer-invalid',
    message: 'Its list of resource templates is not what the protocol MCP says. Uri template is missing. 1 more part does not fit either.',
  });
  expect((await failing(lab.host.prompts(id, never()))).message).toBe(
    'Its list of prompts is not what the protocol MCP says. Prompts must be a list.',
  );
  expect((await failing(lab.host.readResource(id, 'x://y', never()))).message).toContain('What the server answers is not');
});

it('resources stay in sight when only their templates are bad, and the log says so', async () => {
  await start({
    'resources/list': { resources: [{ uri: 'x://y', name: 'y' }] },
    'resources/templates/list': { templates: [] },
  });
  expect(await lab.host.resources(id, never())).toMatchObject([{ uri: 'x://y', isTemplate: false }]);
  await expect.poll(() => lab.status().stderr.join('\n')).toContain('Its list of resource templates is not what the protocol MCP says');
});

it('says nothing of other errors', () => {
  expect(badAnswer(new Error('x'), 'It')).toBeUndefined();
  expect(badAnswer({ issues: [{ message: 'x' }] }, 'It')).toBeUndefined();
});
