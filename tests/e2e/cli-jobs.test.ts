// Jobs at the command line: a stored workflow is turned on by its name, in any case, and what is unclear is answered with what there is.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectRoot, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';

const home = temporaryFolder('cli-jobs');
afterAll(() => removeFolder(home));

async function orrery(...args: string[]) {
  const child = spawn(process.execPath, [path.join(projectRoot, 'electron/cli/index.ts'), ...args], {
    env: { ...process.env, ORRERY_DATA: path.join(home, 'data') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    seen.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    seen.err += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...seen };
}

test('the example of the help turns a template on by its name, in any case, and its grant is what was given', async () => {
  const folder = path.join(home, 'notes');
  mkdirSync(folder);
  const help = await orrery('jobs', 'on', '--help');
  const [, name = '', rest = ''] = /orrery jobs on "([^"]+)" (.+)/.exec(help.out) ?? [];
  const given = rest.replaceAll('~/notes', folder).split(' ');
  const stored = await orrery('import', path.join(projectRoot, 'resources/sample-workflows/weekly-review.json'));
  expect(stored.code, stored.err).toBe(0);
  expect(await orrery('jobs', 'on', 'Review', ...given)).toMatchObject({ code: 2, err: expect.stringContaining(`“${name}”`) });
  const on = await orrery('jobs', 'on', name.toUpperCase(), ...given, '--json');
  expect(on.code, on.err).toBe(0);
  expect(JSON.parse(on.out)).toMatchObject({
    ...{ title: name, isOn: true, inputs: { folder } },
    grant: { folders: [folder], tools: [{ server: 'files', tool: 'write_text', effect: 'allow' }] },
  });
  const off = await orrery('jobs', 'off', name.toLowerCase(), '--json');
  expect(off.code, off.err).toBe(0);
  expect(JSON.parse(off.out)).toMatchObject({ title: name, isOn: false });
}, 120_000);
