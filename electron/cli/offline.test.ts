// The offline switch at the command line, and what a terminal says elsewhere, in processes of their own on a real data folder.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ServerConfig, serverConfig } from '../../shared/model/tool.ts';
import { graph } from '../../tests/helpers/engine-lab.ts';
import { commandOn } from './run-command.fixture.ts';
import { reachWords } from './servers-plan.ts';
import { nameOfChanged } from './undo.ts';

const folder = mkdtempSync(join(tmpdir(), 'orrery-cli-offline-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const orrery = commandOn(join(folder, 'data'));

test('it is turned and stays turned, online again only after a yes, and the audit log has it', async () => {
  expect(await orrery('offline', 'on')).toMatchObject({ code: 0, out: expect.stringContaining('nothing leaves this machine') });
  expect(await orrery('offline', 'off')).toMatchObject({ code: 2, error: expect.stringContaining('--yes') });
  expect(JSON.parse((await orrery('offline', 'off', '--yes', '--json')).out)).toEqual({ offline: false });
  const kept = JSON.parse((await orrery('audit', 'list', '--kind', 'change', '--json')).out);
  expect(JSON.stringify(kept).match(/offline/g)?.length).toBeGreaterThanOrEqual(2);
});

test('a plan of a file names the file, and a run that changed nothing says that', async () => {
  const file = join(folder, 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { far: { command: 'node', args: ['x.js'] } } }));
  const { out } = await orrery('tools', 'import', file);
  expect(out).toContain(`From ${file}.`);
  expect(out).toMatch(/may reach {2}no host/);
  expect(out).not.toContain('may touch');
  const workflow = join(folder, 'nothing.json');
  writeFileSync(workflow, JSON.stringify(graph([{ id: 'i', kind: 'flow.input', config: { name: 'v', default: 'x' } }], [], 'Nothing')));
  expect((await orrery('run', workflow)).code).toBe(0);
  expect(await orrery('undo', 'show', '1')).toMatchObject({ code: 0, out: 'It changed nothing.\n' });
  expect(await orrery('undo', 'run', '1')).toMatchObject({ code: 0, out: 'It changed nothing.\n' });
});

test('what a server may do is said with a verb of its own', () => {
  const config = (reach: object): ServerConfig => serverConfig.parse({ id: 'x', title: 'X', command: 'x', reach });
  expect(reachWords(config({ folders: [{ path: '/a', write: true }], hosts: ['*'], samplingTokens: 9 }))).toEqual([
    ['may read and write', '/a'],
    ['may reach', 'every public host'],
    ['may use', 'up to 9 tokens of your model a day'],
  ]);
  const change = { op: 'write' as const, target: '0198', title: 'The boiler was serviced' };
  expect(nameOfChanged({ kind: 'memory', ...change })).toBe('The boiler was serviced');
  expect(nameOfChanged({ kind: 'file', ...change, target: '/a/b' })).toBe('/a/b');
});
