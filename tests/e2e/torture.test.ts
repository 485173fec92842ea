// A tenth of the tortures, as the command line runs them: the last line is JSON, and every promise in it is kept.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/built.ts';

function torture(...args: string[]): Promise<{ code: number; last: Record<string, unknown>; errors: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path.join(root, 'tests/torture/index.ts'), ...args],
      { cwd: root, timeout: 170_000 },
      (error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1) ?? '';
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, last: last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {}, errors: stderr });
      },
    );
  });
}

it('loses, repeats and strands nothing over ten kills of the host', async () => {
  const { last, code, errors } = await torture('kill', '--n', '10', '--seed', '1');
  expect(last, errors).toMatchObject({
    torture: 'kill',
    n: 10,
    seed: 1,
    kills: 10,
    lost: 0,
    redone: 0,
    duplicated: 0,
    stuck: 0,
    needless: 0,
  });
  expect(last.acknowledged, 'nothing was promised, so nothing was tried').toBeGreaterThan(100);
  expect(code, errors).toBe(0);
});

it('loses no approval over ten kills of the host, takes none as given, and counts each answer once', async () => {
  const { last, code, errors } = await torture('approvals', '--n', '40', '--seed', '1');
  expect(last, errors).toMatchObject({ torture: 'approvals', n: 40, kills: 10, lost: 0, autoApproved: 0, answeredTwice: 0, mismatched: 0 });
  expect(last.pending, 'nothing waited, so nothing was tried').toBeGreaterThanOrEqual(30);
  expect(last.executed, 'nothing that was allowed was done').toBeGreaterThan(10);
  expect(code, errors).toBe(0);
});

it('accepts none of ten thousand malformed payloads, and has some for every method', async () => {
  const { last, code, errors } = await torture('ipc', '--n', '10000', '--seed', '1');
  expect(last, errors).toMatchObject({ torture: 'ipc', payloads: 10_000, methodsWithoutCase: 0, accepted: 0, crashes: 0, polluted: 0 });
  expect(last.methods, 'the contract was not looked at').toBeGreaterThan(150);
  expect(code, errors).toBe(0);
});

it('runs none of sixty payloads in a page, and asks for nothing elsewhere', async () => {
  const { last, code, errors } = await torture('xss', '--n', '60', '--seed', '1');
  if (code === 2) {
    // Without a browser there is nothing to try them in; it says so.
    expect(errors).toMatch(/browser/);
    return;
  }
  expect(last, errors).toMatchObject({
    torture: 'xss',
    payloads: 60,
    sanitiserExecuted: 0,
    cspExecuted: 0,
    streamedExecuted: 0,
    pagesExecuted: 0,
    unexpectedElements: 0,
    requests: 0,
    controlFailed: 0,
  });
  expect(last.channels).toBeGreaterThanOrEqual(60);
  expect(last.controls, 'no payload runs anywhere, so nothing was tried').toBeGreaterThan(20);
  expect(last.controlChannels, 'no channel is open anywhere, so nothing was tried').toBeGreaterThanOrEqual(60);
  expect(last.pagePayloadsShown, 'nothing hostile was on a page').toBeGreaterThan(20);
  expect(code, errors).toBe(0);
});

it('loses nothing over a hundred power cuts', async () => {
  const { last, code, errors } = await torture('powercut', '--n', '100');
  if (code === 2) {
    // Without strace there is nothing to record; it says so.
    expect(errors).toMatch(/strace/);
    return;
  }
  expect(last, errors).toMatchObject({ torture: 'powercut', n: 100, cuts: 100, corrupt: 0, lost: 0 });
  expect(last.acknowledged, 'nothing was promised, so nothing was tried').toBeGreaterThan(100);
  expect(code, errors).toBe(0);
});

it('opens nothing wrong and offers the backup over seventy ways to damage a data folder', async () => {
  const { last, code, errors } = await torture('corrupt', '--n', '70');
  expect(last, errors).toMatchObject({
    torture: 'corrupt',
    mutations: 70,
    crashes: 0,
    silentlyEmpty: 0,
    backupNotOffered: 0,
    wrongData: 0,
  });
  expect(last.refused, 'nothing was refused, so nothing was damaged').toBeGreaterThan(10);
  expect(code, errors).toBe(0);
});

it('starts every due run once over twenty jumps of the clock, sleeps and restarts', async () => {
  const { last, code, errors } = await torture('clock', '--n', '20', '--seed', '3');
  expect(last, errors).toMatchObject({ torture: 'clock', n: 20, jumps: 20, lost: 0, doubled: 0, unexplained: 0 });
  expect(last.ran, 'nothing was due, so nothing was tried').toBeGreaterThan(100);
  expect(last.missed, 'nothing was missed, so no rule was tried').toBeGreaterThan(10);
  expect(code, errors).toBe(0);
});

it('reads and writes nothing outside by a hundred hostile paths and a thousand races', async () => {
  const { last, code, errors } = await torture('paths', '--n', '100', '--seed', '2');
  expect(last, errors).toMatchObject({ torture: 'paths', paths: 100, races: 1000, outsideReads: 0, outsideWrites: 0, crashes: 0, hung: 0 });
  expect(last.opened, 'no path was let in, so nothing was tried').toBeGreaterThan(50);
  expect(last.unguardedReads, 'nobody could have lost the race').toBeGreaterThan(0);
  expect(code, errors).toBe(0);
});

it('unpacks no hostile archive, and every honest one', async () => {
  const { last, code, errors } = await torture('archives', '--n', '60', '--seed', '1');
  expect(last, errors).toMatchObject({ archives: 60, refused: 60, outsideWrites: 0, accepted: 0, leftovers: 0, crashes: 0, controls: 6 });
  expect(code, errors).toBe(0);
});

it('reaches no forbidden address in thirty spellings, by redirects and changing names', async () => {
  const { last, code, errors } = await torture('ssrf', '--n', '30', '--seed', '1');
  expect(last, errors).toMatchObject({ torture: 'ssrf', n: 30, attempts: 30, hits: 0, crashes: 0, controlsFailed: 0 });
  expect(last.controls, 'nothing that is allowed was tried').toBeGreaterThanOrEqual(5);
  expect(last.rows, 'no attempt is in the ledger').toBeGreaterThan(5);
  expect(code, errors).toBe(0);
});

it('holds four hostile tool servers and a storm of crashes', async () => {
  const { last, code, errors } = await torture('mcp', '--n', '4', '--seed', '3');
  if (code === 2) {
    // Without a sandbox there is nothing to try them in; it says so.
    expect(errors).toMatch(/sandbox/);
    console.log(`Hostile tool servers are not tried here: ${errors.trim()}`);
    return;
  }
  expect(last, errors).toMatchObject({
    torture: 'mcp',
    n: 4,
    behaviours: 4,
    contained: 4,
    escaped: 0,
    disturbed: 0,
    late: 0,
    orphans: 0,
    leaks: 0,
    unbroken: 0,
  });
  expect(last.breakerOpened, 'nothing crashed, so nothing was tried').toBeGreaterThanOrEqual(20);
  // How late the loop is says more of a busy machine than of the product; the full run is what it is measured by.
  expect(code === 0 || last.lagging === 1, errors).toBe(true);
});

it('keeps a vault through kills, damage and a keychain that is away', async () => {
  const { last, code, errors } = await torture('vault', '--n', '10', '--seed', '1');
  if (code === 2) {
    // Without a keyring of its own there is nothing to try; it says so.
    expect(errors).toMatch(/vault’s torture needs|keytar|keychain/);
    return;
  }
  expect(last, errors).toMatchObject({
    torture: 'vault',
    n: 10,
    lost: 0,
    wrongAccepted: 0,
    plaintextFound: 0,
    newKeyMade: 0,
    unopenable: 0,
    endedThemselves: 0,
  });
  expect(last.kills, 'nothing was killed, so nothing was tried').toBeGreaterThan(0);
  expect(last.keychainStates).toBe(3);
  expect(code, errors).toBe(0);
});

it('lets none of twenty canaries be found but where it was sent', async () => {
  const { last, code, errors } = await torture('canary', '--n', '20', '--seed', '1');
  expect(last, errors).toMatchObject({ torture: 'canary', planted: 20, delivered: 20, undelivered: 0, hits: 0 });
  expect(last.searched, 'nothing was searched').toBeGreaterThan(30);
  expect(code, errors).toBe(0);
});

it('lets nothing out, destroys nothing and does nothing unapproved for a model that obeys fifty injected instructions', async () => {
  const { last, code, errors } = await torture('injection', '--n', '50', '--seed', '7');
  expect(last, errors).toMatchObject({
    torture: 'injection',
    n: 50,
    scenarios: 50,
    exfiltrated: 0,
    destroyed: 0,
    unapproved: 0,
    blockedHarmless: 0,
    unfinished: 0,
  });
  expect(last.obeyed, 'the model was told nothing, so nothing was tried').toBeGreaterThan(40);
  expect(last.allowedHarmless, 'nothing harmless was tried').toBeGreaterThanOrEqual(5);
  expect(last.denied, 'nobody was asked').toBeGreaterThan(20);
  expect(code, errors).toBe(0);
});

it('names the tortures there are when asked for another', async () => {
  const { code, errors } = await torture('nothing');
  expect(code).toBe(2);
  for (const name of ['clock', 'corrupt', 'disk', 'kill', 'ipc', 'mcp', 'powercut', 'xss']) expect(errors).toContain(`  ${name} `);
});
