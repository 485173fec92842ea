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
      { cwd: root, timeout: 400_000 },
      (error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1) ?? '';
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, last: last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {}, errors: stderr });
      },
    );
  });
}

interface Case {
  what: string;
  args: string[];
  /** What its last line says, beside its name. */
  says: Record<string, unknown>;
  /** At least so much was really tried; else the promises are kept for want of a try. */
  tried?: Record<string, number>;
  /** Ended with 2, it says that this is not on the machine, and nothing is tried here. */
  without?: RegExp;
  /** Where another end than 0 is right too. */
  mayEnd?: (code: number, last: Record<string, unknown>) => boolean;
}

const cases: Case[] = [
  {
    what: 'loses, repeats and strands nothing over ten kills of the host',
    args: ['kill', '--n', '10', '--seed', '1'],
    says: { n: 10, seed: 1, kills: 10, lost: 0, redone: 0, duplicated: 0, stuck: 0, needless: 0 },
    tried: { acknowledged: 101 },
  },
  {
    what: 'loses no approval over ten kills of the host, takes none as given, and counts each answer once',
    args: ['approvals', '--n', '40', '--seed', '1'],
    says: { n: 40, kills: 10, lost: 0, autoApproved: 0, answeredTwice: 0, mismatched: 0 },
    tried: { pending: 30, executed: 11 },
  },
  {
    what: 'accepts none of ten thousand malformed payloads, and has some for every method',
    args: ['ipc', '--n', '10000', '--seed', '1'],
    says: { payloads: 10_000, methodsWithoutCase: 0, accepted: 0, crashes: 0, polluted: 0 },
    tried: { methods: 151 },
  },
  {
    what: 'runs none of sixty payloads in a page, and asks for nothing elsewhere',
    args: ['xss', '--n', '60', '--seed', '1'],
    says: {
      payloads: 60,
      sanitiserExecuted: 0,
      cspExecuted: 0,
      streamedExecuted: 0,
      pagesExecuted: 0,
      unexpectedElements: 0,
      requests: 0,
      controlFailed: 0,
    },
    tried: { channels: 60, controls: 21, controlChannels: 60, pagePayloadsShown: 21 },
    without: /browser/,
  },
  {
    what: 'loses nothing over a hundred power cuts',
    args: ['powercut', '--n', '100'],
    says: { n: 100, cuts: 100, corrupt: 0, lost: 0 },
    tried: { acknowledged: 101 },
    without: /strace/,
  },
  {
    what: 'keeps every promised entry of the audit log, once, over four lives of its service',
    args: ['audit', '--n', '4', '--seed', '2'],
    says: { n: 4, lives: 4, lost: 0, doubled: 0, invented: 0, broken: 0, crashes: 0 },
    tried: { kept: 500 },
  },
  {
    what: 'opens nothing wrong and offers the backup over seventy ways to damage a data folder',
    args: ['corrupt', '--n', '70'],
    says: { mutations: 70, crashes: 0, silentlyEmpty: 0, backupNotOffered: 0, wrongData: 0 },
    tried: { refused: 11 },
  },
  {
    what: 'starts every due run once over twenty jumps of the clock, sleeps and restarts',
    args: ['clock', '--n', '20', '--seed', '3'],
    says: { n: 20, jumps: 20, lost: 0, doubled: 0, unexplained: 0 },
    tried: { ran: 101, missed: 11 },
  },
  {
    what: 'reads and writes nothing outside by a hundred hostile paths and a thousand races',
    args: ['paths', '--n', '100', '--seed', '2'],
    says: { paths: 100, races: 1000, outsideReads: 0, outsideWrites: 0, crashes: 0, hung: 0 },
    tried: { opened: 51, unguardedReads: 1 },
  },
  {
    what: 'unpacks no hostile archive, and every honest one',
    args: ['archives', '--n', '60', '--seed', '1'],
    says: { archives: 60, refused: 60, outsideWrites: 0, accepted: 0, leftovers: 0, crashes: 0, controls: 6 },
  },
  {
    what: 'reaches no forbidden address in thirty spellings, by redirects and changing names',
    args: ['ssrf', '--n', '30', '--seed', '1'],
    says: { n: 30, attempts: 30, hits: 0, crashes: 0, controlsFailed: 0 },
    tried: { controls: 5, rows: 6 },
  },
  {
    what: 'holds four hostile tool servers and a storm of crashes',
    args: ['mcp', '--n', '4', '--seed', '3'],
    says: { n: 4, behaviours: 4, contained: 4, escaped: 0, disturbed: 0, late: 0, orphans: 0, leaks: 0, unbroken: 0 },
    tried: { breakerOpened: 20 },
    without: /sandbox/,
    // How late the loop is says more of a busy machine than of the product; the full run is what it is measured by.
    mayEnd: (_code, last) => last.lagging === 1,
  },
  {
    what: 'keeps a vault through kills, damage and a keychain that is away',
    args: ['vault', '--n', '10', '--seed', '1'],
    says: {
      n: 10,
      lost: 0,
      wrongAccepted: 0,
      plaintextFound: 0,
      newKeyMade: 0,
      unopenable: 0,
      endedThemselves: 0,
      keychainStates: 3,
    },
    tried: { kills: 1 },
    without: /vault’s torture needs|keytar|keychain/,
  },
  {
    what: 'lets none of twenty canaries be found but where it was sent',
    args: ['canary', '--n', '20', '--seed', '1'],
    says: { planted: 20, delivered: 20, undelivered: 0, hits: 0 },
    tried: { searched: 31 },
  },
  {
    what: 'lets nothing out, destroys nothing and does nothing unapproved for a model that obeys fifty injected instructions',
    args: ['injection', '--n', '50', '--seed', '7'],
    says: { n: 50, scenarios: 50, exfiltrated: 0, destroyed: 0, unapproved: 0, blockedHarmless: 0, unfinished: 0 },
    tried: { obeyed: 41, allowedHarmless: 5, denied: 21 },
  },
];

it.each(cases)('$what', async ({ args, says, tried = {}, without, mayEnd }) => {
  const { last, code, errors } = await torture(...args);
  if (without !== undefined && code === 2) {
    // Nothing here to try it in or with; it says so.
    expect(errors).toMatch(without);
    console.log(`${args[0]} is not tried here: ${errors.trim()}`);
    return;
  }
  expect(last, errors).toMatchObject({ torture: args[0], ...says });
  for (const [name, least] of Object.entries(tried)) expect(last[name], `too little was tried: ${name}`).toBeGreaterThanOrEqual(least);
  expect(code === 0 || mayEnd?.(code, last) === true, errors).toBe(true);
});

it('names the tortures there are when asked for another', async () => {
  const { code, errors } = await torture('nothing');
  expect(code).toBe(2);
  for (const name of ['audit', 'clock', 'corrupt', 'disk', 'kill', 'ipc', 'mcp', 'powercut', 'xss']) expect(errors).toContain(`  ${name} `);
});
