import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFindings } from './doctor-starts.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'orrery-doctor-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const look = async (profile: string) => {
  writeFileSync(path.join(home, '.bash_profile'), profile);
  const findings = await startFindings({
    dataFolder: home,
    context: {
      env: { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/bash' },
      home,
      platform: process.platform,
      execPath: process.execPath,
    },
  });
  return new Map(findings.map((each) => [each.id, each]));
};

it.skipIf(process.platform === 'win32')('says what the login shell adds to the PATH of an icon, and which Node is used', async () => {
  const bin = path.join(home, 'tools/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\necho v21.7.3\n', { mode: 0o755 });
  const found = await look(`export PATH="${bin}:$PATH"\n`);
  expect(found.get('shell')).toMatchObject({ detail: expect.stringContaining('/bin/bash') });
  expect(found.get('path')?.detail).toMatch(/bare PATH.*The login shell adds .*tools\/bin/);
  expect(found.get('command-node')?.detail).toContain(`21.7.3 is used (${path.join(bin, 'node')})`);
  expect(found.get('loopback')?.state).toBe('ok');
  for (const each of found.values()) if (each.state !== 'ok' && each.state !== 'note') expect(each.fix, each.id).toBeTruthy();
});

it.skipIf(process.platform === 'win32')('a profile that fails is named, with what to do', async () => {
  const found = await look('exit 7\n');
  expect(found.get('path')?.detail).toMatch(/What the login shell would add is not known\.$/);
  expect(found.get('shell')).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining('code 7'),
    fix: expect.stringContaining('/bin/bash -ilc true'),
  });
});
