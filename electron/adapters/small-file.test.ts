// What a tool server can put in the place of a file that the host reads by itself. Each look happens in a process of its own: one that
// hangs, as on a pipe, cannot be stopped from inside.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSmallText } from './small-file.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-small-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('reads no further than asked', () => {
  writeFileSync(join(folder, 'long'), 'x'.repeat(5000));
  expect(readSmallText(join(folder, 'long'), 100)).toBe('x'.repeat(100));
  writeFileSync(join(folder, 'short'), 'é');
  expect(readSmallText(join(folder, 'short'), 100)).toBe('é');
  expect(() => readSmallText(join(folder, 'none'), 100)).toThrow(/ENOENT/);
  expect(() => readSmallText(folder, 100)).toThrow();
});

/** Milliseconds; a host that waits at a pipe waits for ever. */
const patience = 30_000;
function looks(script: string): { ended: boolean; said: string } {
  const child = spawnSync(process.execPath, ['--max-old-space-size=256', '--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: patience,
    killSignal: 'SIGKILL',
    cwd: import.meta.dirname,
  });
  return { ended: child.status === 0, said: `${child.stdout}${child.stderr}` };
}

describe.skipIf(process.platform === 'win32')('a start goes on', () => {
  it.each([
    ['a named pipe', (path: string) => spawnSync('mkfifo', [path])],
    ['a device without end', (path: string) => symlinkSync('/dev/zero', path)],
  ])('where its server put %s in the place of what is read then', (_name, put) => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/server.js'), '');
    for (const name of ['package.json', 'pyvenv.cfg', 'bin/program']) put(join(folder, name));
    const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const { ended, said } = looks(`
      const { enginesOf } = await import(${here('./mcp/launch/diagnose-look.ts')});
      const { headerOf } = await import(${here('./mcp/launch/executable.ts')});
      const { planMounts } = await import(${here('./sandbox/mounts.ts')});
      const folder = ${JSON.stringify(folder)};
      console.log(enginesOf(folder + '/bin/server.js'), headerOf(folder + '/bin/program').kind);
      planMounts({ file: folder + '/bin/server.js', args: [], env: {}, cwd: folder }, { id: 'x', home: folder, folders: [], hosts: [] }, []);`);
    expect(said.trim()).toBe('undefined other');
    expect(ended).toBe(true);
  });
});
