// Files of a real data folder are damaged in every way that disks and people do, and a process of its own opens it. It must never
// crash, never show an empty database in the place of a damaged one, never believe what was changed, and a start that is refused
// must name the newest good backup and the command that puts it back.

import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listBackups, makeBackup } from '../../electron/adapters/sqlite/backups.ts';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { type Mutation, mutations } from './corrupt-mutations.ts';
import type { Found, Truth } from './corrupt-opener.fixture.ts';
import type { Torture, TortureOptions } from './torture.ts';

const openWatchdogMs = 30_000;

export const torture: Torture = {
  about: 'damaged files of the data folder: no crash, no silently empty database, nothing wrong believed, the newest good backup offered.',
  defaultN: 300,
  promises: ['crashes', 'silentlyEmpty', 'backupNotOffered', 'wrongData'],
  async run(options) {
    const base = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'orrery-corrupt-'));
    try {
      return await damageAgainAndAgain(base, options);
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  },
};

/** What is there at first, in both states: closed in order (`clean`), and copied while open (`live`). */
interface Specimen {
  clean: string;
  live: string;
  truthFile: string;
  runs: number;
  /** Names, newest first. */
  backups: string[];
}

async function makeSpecimen(base: string, seed: number): Promise<Specimen> {
  const random = seeded(seed);
  const [clean, live, truthFile] = [path.join(base, 'clean'), path.join(base, 'live'), path.join(base, 'truth.json')];
  mkdirSync(clean);
  const truth: Truth = { runs: {}, details: {}, large: {} };
  const text = (length: number): string => Array.from({ length: Math.ceil(length / 8) }, () => random().toString(36).slice(2, 10)).join('');
  let opened = openStore({ folder: clean });
  for (let r = 0; r < 12; r += 1) {
    if (r === 8) {
      // What comes now is in the log only, and in the newer backup.
      await opened.close();
      await makeBackup(clean);
      opened = openStore({ folder: clean });
    }
    const id = `run-${r}` as RunId;
    const inputs = { text: text(300) };
    opened.store.runs.create({
      id,
      title: `Run ${r}`,
      kind: 'workflow',
      origin: { kind: 'manual', by: 'cli' },
      startedAt: r + 1,
      inputs,
      grant: { tools: [], folders: [] },
    });
    truth.details[id] = JSON.stringify(inputs);
    for (let i = 0; i < 30; i += 1) {
      const outputs = { out: text(i % 10 === 0 ? 20_000 : 400) };
      await opened.store.runs.append(id, { type: 'step-done', at: i, step: `s${i}`, node: 'n', attempt: 1, ms: 1, outputs }).durable;
      if (i % 10 === 0) {
        const last = opened.store.runs.readEvents(id).at(-1)?.event;
        const hash = last?.type === 'step-done' ? last.large?.out?.hash : undefined;
        if (hash !== undefined) truth.large[hash] = JSON.stringify(outputs.out);
      }
    }
    truth.runs[id] = opened.store.runs.readEvents(id).map(({ event }) => JSON.stringify(event));
  }
  await makeBackup(clean);
  cpSync(clean, live, { recursive: true });
  await opened.close();
  writeFileSync(truthFile, JSON.stringify(truth));
  return { clean, live, truthFile, runs: Object.keys(truth.runs).length, backups: listBackups(clean).map(({ name }) => name) };
}

async function damageAgainAndAgain(base: string, { n, seed, say }: TortureOptions): Promise<Record<string, number>> {
  const random = seeded(seed);
  const specimen = await makeSpecimen(base, seed);
  const opener = new Opener(specimen.truthFile);
  const counters = {
    mutations: 0,
    refused: 0,
    noticed: 0,
    unharmed: 0,
    endsLost: 0,
    crashes: 0,
    silentlyEmpty: 0,
    backupNotOffered: 0,
    wrongData: 0,
  };
  try {
    for (let i = 0; i < n; i += 1) {
      const mutation = mutations[i % mutations.length];
      if (mutation === undefined) break;
      const folder = path.join(base, 'damaged');
      rmSync(folder, { recursive: true, force: true });
      cpSync(mutation.isLive ? specimen.live : specimen.clean, folder, { recursive: true });
      mutation.apply(folder, random);
      const found = await opener.open(folder);
      counters.mutations += 1;
      const verdict = judge(found, mutation, specimen);
      counters[verdict.counter] += 1;
      if (verdict.counter in { crashes: 1, silentlyEmpty: 1, backupNotOffered: 1, wrongData: 1 })
        say(
          `${verdict.counter}: ${mutation.name}${mutation.isLive ? ' (open)' : ''}, mutation ${i}: ${JSON.stringify(found)?.slice(0, 600)}`,
        );
      if (counters.mutations % 50 === 0) say(`${counters.mutations} of ${n}`);
    }
  } finally {
    opener.close();
  }
  return counters;
}

type Verdict = 'refused' | 'noticed' | 'unharmed' | 'endsLost' | 'crashes' | 'silentlyEmpty' | 'backupNotOffered' | 'wrongData';

function judge(found: Found | undefined, mutation: Mutation, specimen: Specimen): { counter: Verdict } {
  if (found === undefined || found.fault !== undefined) return { counter: 'crashes' };
  if (found.refused !== undefined) {
    const good = specimen.backups[mutation.harmsBackup === true ? 1 : 0] ?? 'no backup';
    const isOffered = found.refused.hint.includes(`orrery backups restore ${good}`);
    return { counter: isOffered ? 'refused' : 'backupNotOffered' };
  }
  if (found.wrong > 0) return { counter: 'wrongData' };
  if (found.signs.length > 0) return { counter: 'noticed' };
  if (found.runs === 0) return { counter: 'silentlyEmpty' };
  if (found.missing === 0 && found.runs === specimen.runs) return { counter: 'unharmed' };
  return { counter: mutation.mayLoseEnd === true ? 'endsLost' : 'wrongData' };
}

/** Opens one folder after the other in a child, and a new child after one that died. */
class Opener {
  readonly #truthFile: string;
  #child: ChildProcess | undefined;

  constructor(truthFile: string) {
    this.#truthFile = truthFile;
  }

  /** Undefined when the child died of it or did not answer in time. */
  async open(folder: string): Promise<Found | undefined> {
    this.#child ??= fork(path.join(import.meta.dirname, 'corrupt-opener.fixture.ts'), [this.#truthFile], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const child = this.#child;
    const found = await new Promise<Found | undefined>((resolve) => {
      const late = setTimeout(() => resolve(undefined), openWatchdogMs);
      child.once('message', (message) => {
        clearTimeout(late);
        resolve(message as Found);
      });
      child.once('exit', () => {
        clearTimeout(late);
        resolve(undefined);
      });
      child.send({ folder });
    });
    child.removeAllListeners();
    if (found === undefined) this.close();
    return found;
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
