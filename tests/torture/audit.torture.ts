// The audit service at high rates, killed, on a full disk, refused its commits and closed in order, life after life on the same log: every
// entry that was promised is in it, once, and the log verifies as whole after each.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { root } from '../../scripts/built.ts';
import { type Random, seeded } from '../contract/wire-fuzz.ts';
import { type AuditLife, compareLife, type Written } from './audit-ledger.ts';
import type { Torture, TortureOptions } from './torture.ts';

const diskBytes = 64 * 1024 * 1024;
/** Lives on one log; a longer one takes longer to read than to write. */
const livesOfLog = 6;
const lifeWatchdogMs = 60_000;

export const torture: Torture = {
  about: 'the audit service killed, on a full disk, refused and closed: no promised entry lost or doubled, the log whole.',
  defaultN: 60,
  promises: ['lost', 'doubled', 'invented', 'broken', 'crashes'],
  async run(options) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-audit-'));
    const isSmallDisk = mountSmall(folder);
    if (!isSmallDisk) options.say('No small disk can be mounted here, so none is filled (that takes root on Linux).');
    try {
      return await livesOn(folder, isSmallDisk, options);
    } finally {
      if (isSmallDisk) {
        execFileSync('umount', [folder]);
        rmdirSync(folder);
      } else rmSync(folder, { recursive: true, force: true });
    }
  },
};

function mountSmall(folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=700`, 'tmpfs', folder], { stdio: 'pipe' });
    return true;
  } catch {
    return false; // said by the caller: no disk is filled then
  }
}

/** Every tenth waits for SQLite's patience, which is seconds. */
const howOf = (life: number, random: Random, isSmallDisk: boolean): string => {
  if (life % 10 === 4) return 'locked';
  const luck = random();
  if (luck < 0.6) return 'kill';
  return luck < 0.85 && isSmallDisk ? 'full' : 'close';
};

async function livesOn(disk: string, isSmallDisk: boolean, { n, seed, say }: TortureOptions): Promise<Record<string, number>> {
  const random = seeded(seed);
  const counters = {
    ...{ lives: n, kills: 0, fullDisks: 0, refusals: 0, taken: 0, kept: 0, cutOff: 0, longestCutMs: 0, toldLost: 0 },
    ...{ lost: 0, doubled: 0, invented: 0, broken: 0, crashes: 0 },
  };
  const data = path.join(disk, 'data');
  for (let life = 0; life < n; life += 1) {
    if (life % livesOfLog === 0) {
      rmSync(data, { recursive: true, force: true });
      execFileSync('mkdir', ['-m', '700', data]);
    }
    const how = howOf(life, random, isSmallDisk);
    const killMs = 150 + Math.floor(random() * 900);
    const { lines, isOrderly } = await live(
      [data, String(seed * 1000 + life), `l${life}`, how, path.join(disk, 'ballast')],
      how === 'kill' ? killMs : undefined,
    );
    if (!isOrderly && how !== 'kill') counters.crashes += 1;
    if (how === 'kill') counters.kills += 1;
    if (how === 'full') counters.fullDisks += 1;
    if (how === 'locked') counters.refusals += 1;
    const { entries, isWhole } = await readLog(data, `l${life}:`);
    if (!isWhole) {
      counters.broken += 1;
      say(`Life ${life} (${how}): the log is not whole.`);
    }
    const found = compareLife(lines, entries, `l${life}`);
    for (const name of ['taken', 'kept', 'cutOff', 'toldLost', 'lost', 'doubled', 'invented'] as const) counters[name] += found[name];
    counters.longestCutMs = Math.max(counters.longestCutMs, found.cutMs);
    if (found.lost + found.doubled + found.invented > 0) say(`Life ${life} (${how}): ${JSON.stringify(found)}`);
    if (life % 10 === 9) say(`${life + 1} of ${n} lives, ${counters.kept} of ${counters.taken} entries kept`);
  }
  return counters;
}

/** `killMs` after it began to take entries it is killed. */
async function live(args: string[], killMs: number | undefined): Promise<{ lines: AuditLife[]; isOrderly: boolean }> {
  const child = spawn(process.execPath, [path.join(root, 'tests/torture/audit-service.fixture.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  let timer = setTimeout(() => child.kill('SIGKILL'), lifeWatchdogMs);
  const lines: AuditLife[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (lines.length === 0 && killMs !== undefined) {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), killMs);
    }
    const said = parsed(line);
    if (said !== undefined) lines.push(said);
  }
  const code = await exited;
  clearTimeout(timer);
  return { lines, isOrderly: code === 0 && lines.some((line) => 'isClosed' in line) };
}

/** The last line of one that was killed may be cut. */
function parsed(line: string): AuditLife | undefined {
  try {
    return JSON.parse(line) as AuditLife;
  } catch {
    return undefined;
  }
}

/** As the next life finds it. */
async function readLog(data: string, prefix: string): Promise<{ entries: Written[]; isWhole: boolean }> {
  const opened = openStore({ folder: data });
  try {
    const { audit } = opened.store;
    const { state } = await audit.verify(undefined);
    const entries: Written[] = [];
    for (let after = 0; ; ) {
      const some = await audit.listAfter(after, 5000);
      // A loss is told in the life in which it happened.
      for (const { what, outcome, reason } of some)
        if (what.startsWith(prefix)) entries.push({ what, outcome, reason });
        else if (what === 'audit:lost' && entries.length > 0) entries.push({ what, outcome, reason });
      const last = some.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
    return { entries, isWhole: state === 'whole' && opened.check().length === 0 };
  } finally {
    await opened.close();
  }
}
