import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { likelyPlan } from './likely-plan.ts';
import { packageAsk } from './package-ask.ts';
import { packageFolder, writePin } from './package-pin.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'orrery-likely-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('finds a program by its name, and leaves what cannot be found as it is written', async () => {
  const found = await likelyPlan({ command: 'sh', args: ['-c', 'true'] }, data);
  expect([isAbsolute(found.file), basename(found.file), found.args]).toEqual([true, 'sh', ['-c', 'true']]);
  expect(found.env.PATH?.split(delimiter).every((each) => isAbsolute(each))).toBe(true);
  expect(found.cwd).toBe(join(data, 'servers'));
  expect((await likelyPlan({ command: 'no-such-program-anywhere', args: [] }, data)).file).toBe('no-such-program-anywhere');
});

it('keeps a path as it is, but for the person’s own folder, and its own working folder', async () => {
  expect((await likelyPlan({ command: '/opt/x/server', args: [], cwd: '/opt/x' }, data)).file).toBe('/opt/x/server');
  expect((await likelyPlan({ command: '/opt/x/server', args: [], cwd: '/opt/x' }, data)).cwd).toBe('/opt/x');
  expect((await likelyPlan({ command: '~/x/server', args: [], cwd: '' }, data)).file).toBe(join(homedir(), 'x/server'));
});

it('starts a package from the one that is kept, and asks for none that is not', async () => {
  const config = { command: 'npx', args: ['-y', 'some-server@1.2.3', '--x'] };
  const before = await likelyPlan(config, data);
  expect(before.args).toEqual(config.args);
  expect(basename(before.file)).toMatch(/^node(\.exe)?$/);
  const ask = packageAsk(config.command, config.args);
  if (ask === undefined) throw new Error('it is a package');
  const folder = packageFolder(data, ask);
  const programs = { 'some-server': 'node_modules/some-server/run.js' };
  const { kind, name, spec } = ask;
  mkdirSync(join(folder, 'a/node_modules/some-server'), { recursive: true });
  writeFileSync(join(folder, 'a', programs['some-server']), 'run');
  writePin(folder, {
    ...{ id: 'npm:some-server@1.2.3', kind, name, spec, programs },
    ...{ version: '1.2.3', folder: 'a', scripts: 'skipped', wanted: [], installedAt: 1 },
  });
  const after = await likelyPlan(config, data);
  expect(after.args).toEqual([join(folder, 'a/node_modules/some-server/run.js'), ...config.args]);
});
