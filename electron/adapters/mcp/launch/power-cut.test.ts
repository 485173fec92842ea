// A package is whole or not there, wherever the power is cut while it is installed.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seeded } from '../../../../tests/contract/wire-fuzz.ts';
import { Disk } from '../../../../tests/torture/powercut-disk.ts';
import { readTrace, record } from '../../../../tests/torture/powercut-trace.ts';
import { findPackage } from './package-cache.ts';
import { packageFolder, readPin, writePin } from './package-pin.ts';

const ask = { kind: 'npm', name: 'planted', spec: 'planted' } as const;
const canTrace = ((): boolean => {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // missing, or not allowed here
  }
})();

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-cut-')));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it.skipIf(!canTrace)('that is kept after a power cut has all its files, and it is kept once its installation was over', async () => {
  const data = join(base, 'data');
  mkdirSync(data);
  const trace = join(base, 'trace');
  await record([process.execPath, join(import.meta.dirname, 'power-cut-install.fixture.ts'), data], trace);
  const ops = await readTrace(trace, data);
  const said = ops.findIndex((op) => op.kind === 'said' && op.text === 'installed\n');
  expect(said).toBeGreaterThan(0);
  const random = seeded(7);
  const found = { kept: 0, lost: 0, parts: 0 };
  // Half of the cuts near its end, where the pin is written.
  const moments = Array.from({ length: 60 }, (_, i) =>
    i % 2 === 0 ? Math.floor(random() * (said + 1)) : Math.max(0, said - Math.floor(random() * 12)),
  );
  const disk = new Disk();
  let at = 0;
  for (const moment of [...moments.sort((a, b) => a - b), ops.length]) {
    for (; at < moment; at += 1) {
      const op = ops[at];
      if (op !== undefined) disk.apply(op);
    }
    const cut = join(base, 'cut');
    rmSync(cut, { recursive: true, force: true });
    disk.materialise(cut, random);
    const kept = findPackage(cut, ask);
    if (kept === undefined) {
      if (moment > said) found.lost += 1;
      continue;
    }
    found.kept += 1;
    for (let i = 0; i < 12; i += 1) {
      const text = readFileSync(join(kept.root, `node_modules/planted/lib/part-${i}.js`), 'utf8');
      if (text !== `// part ${i}\n`.repeat(200)) found.parts += 1;
    }
  }
  expect(found).toMatchObject({ lost: 0, parts: 0 });
  expect(found.kept).toBeGreaterThan(0);
});

it('is installed anew where an older version left a pin that names what is not there, or is empty', () => {
  const folder = packageFolder(base, ask);
  const programs = { planted: 'node_modules/planted/server.js' };
  writePin(folder, {
    ...{ id: 'npm:planted', ...ask, version: '1.0.0', folder: 'a', programs },
    ...{ scripts: 'skipped', wanted: [], installedAt: 1 },
  });
  const file = join(folder, 'a', programs.planted);
  expect(readPin(folder)).toBeUndefined();
  mkdirSync(join(file, '..'), { recursive: true });
  expect(readPin(folder)).toBeUndefined();
  writeFileSync(file, '');
  expect(readPin(folder)).toBeUndefined();
  writeFileSync(file, 'run');
  expect(readPin(folder)?.version).toBe('1.0.0');
});
