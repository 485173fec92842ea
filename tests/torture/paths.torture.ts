// Hostile paths through every file tool, and races against a process that swaps folders for links. Nothing outside the allowed folder
// may be read or changed. `controls` are honest calls that must work; `unguardedReads` shows that the race is a real one: what the same
// reads without the guard got from outside.

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFiles } from '../../electron/adapters/files/files.ts';
import type { Files } from '../../electron/runtime/ports.ts';
import { AppError } from '../../shared/errors.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { hostilePath, type PathWorld } from './hostile-paths.ts';
import type { Torture } from './torture.ts';

const canary = 'CANARY-7b1f-outside';
const racesPerPath = 10;
const watchdogMs = 5000;

export const torture: Torture = {
  about: 'hostile paths through every file tool, and races against a process that swaps folders for links: nothing outside.',
  defaultN: 1000,
  promises: ['outsideReads', 'outsideWrites', 'crashes', 'failedControls', 'hung'],
  async run({ n, seed, say }) {
    const base = mkdtempSync(path.join(tmpdir(), 'orrery-paths-'));
    const world: PathWorld = { inside: path.join(base, 'inside'), outside: path.join(base, 'outside') };
    const counters = {
      paths: 0,
      races: 0,
      outsideReads: 0,
      outsideWrites: 0,
      crashes: 0,
      controls: 0,
      failedControls: 0,
      hung: 0,
      flips: 0,
      unguardedReads: 0,
      opened: 0,
      ledAway: 0,
    };
    const server = await build(world);
    // On Linux both ways of the guard are tried: by what a handle knows of itself, and by looking the path up again.
    const guards = [createFiles(), createFiles({ hasProc: false })];
    try {
      const random = seeded(seed);
      const before = photograph(world.outside);
      for (let at = 0; at < n; at += 1) {
        const hostile = hostilePath(at, world, random);
        const files = guards[at % 20 === 19 ? 1 : 0] as Files;
        await tryAll(files, hostile, world, counters);
        lay(world);
        counters.paths += 1;
        if (photograph(world.outside) !== before) {
          counters.outsideWrites += 1;
          say(`Written outside by ${JSON.stringify(hostile)}`);
        }
        if (at % 50 === 0) await control(files, world, at, counters);
        if (at % 10 === 0) await leadAway(world, at, counters);
      }
      if (photograph(world.outside) !== before) counters.outsideWrites += 1;
      say(`${counters.paths} paths: ${counters.outsideReads} reads and ${counters.outsideWrites} writes outside`);
      await race(guards[0] as Files, world, n * racesPerPath, before, counters);
      say(`${counters.races} races against ${counters.flips} swaps; without the guard ${counters.unguardedReads} reads came from outside`);
      // A race that nobody could have won proves nothing.
      if (counters.races >= 1000 && counters.unguardedReads === 0) counters.failedControls += 1;
    } finally {
      server.close();
      rmSync(base, { recursive: true, force: true });
    }
    return counters;
  },
};

type Counters = Record<
  | 'paths'
  | 'races'
  | 'outsideReads'
  | 'outsideWrites'
  | 'crashes'
  | 'controls'
  | 'failedControls'
  | 'hung'
  | 'flips'
  | 'unguardedReads'
  | 'opened'
  | 'ledAway',
  number
>;

/** Everything outside as one text: names, kinds, sizes, contents, permissions. */
function photograph(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const full = path.join(folder, name);
      const facts = lstatSync(full);
      return `${name} ${facts.mode} ${facts.isFile() ? readFileSync(full, 'utf8') : ''}`;
    })
    .join('\n');
}

async function build({ inside, outside }: PathWorld): Promise<Server> {
  mkdirSync(path.join(inside, 'sub'), { recursive: true });
  mkdirSync(path.join(outside, 'folder'), { recursive: true });
  mkdirSync(`${inside}-evil`);
  for (const [file, text] of [
    [path.join(outside, 'canary.txt'), canary],
    [path.join(outside, 'folder/deep.txt'), canary],
    [path.join(`${inside}-evil`, 'canary.txt'), canary],
    [path.join(outside, 'linked.txt'), 'one file, two names'],
    [path.join(inside, 'ok.txt'), 'inside'],
    [path.join(inside, 'file.txt'), 'inside'],
  ] as const)
    writeFileSync(file, text);
  lay({ inside, outside });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path.join(inside, 'socket'), resolve));
  return server;
}

/** What the paths lead through; laid again when a tool has moved or removed a part of it. */
function lay({ inside, outside }: PathWorld): void {
  const missing = (name: string): boolean => lstatSync(path.join(inside, name), { throwIfNoEntry: false }) === undefined;
  mkdirSync(path.join(inside, 'sub'), { recursive: true });
  for (const [name, to] of Object.entries({
    ...{ link: outside, 'link-file': path.join(outside, 'canary.txt'), chain: 'link', loop: 'loop', up: '..', 'sub/up2': '../..' },
    ...{ dangling: path.join(outside, 'not-there.txt'), 'to-root': '/', 'to-proc': '/proc', 'to-dev': '/dev' },
  }))
    if (missing(name)) symlinkSync(to, path.join(inside, name));
  if (missing('hard')) linkSync(path.join(outside, 'linked.txt'), path.join(inside, 'hard'));
  if (missing('fifo')) execFileSync('mkfifo', [path.join(inside, 'fifo')]);
}

/** Each tool with this path in each of its places. */
async function tryAll(files: Files, hostile: string, { inside }: PathWorld, counters: Counters): Promise<void> {
  const folders = [inside];
  const ok = path.join(inside, 'ok.txt');
  const calls: (() => Promise<unknown>)[] = [
    () => files.readText(hostile, folders),
    () => files.writeText(hostile, 'overwritten', folders),
    () => files.writeBytes(hostile, Buffer.from('overwritten'), folders),
    () => files.list(hostile, folders, { recursive: true, limit: 200 }),
    () => files.info(hostile, folders),
    () => files.content(hostile, folders).then((found) => (found.kind === 'file' ? collect(found.read()) : undefined)),
    () => files.createFolder(hostile, folders),
    () => files.move(hostile, path.join(inside, 'moved'), folders, { overwrite: true }),
    () => files.move(ok, hostile, folders, { overwrite: true }),
    () => files.remove(hostile, folders),
    () => files.exists(hostile, folders),
  ];
  for (const call of calls) await tryOne(call, counters);
  for (const name of ['moved']) rmSync(path.join(inside, name), { recursive: true, force: true });
  if (!existsSync(ok)) writeFileSync(ok, 'inside');
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

async function tryOne(call: () => Promise<unknown>, counters: Counters): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), watchdogMs);
  });
  try {
    const result = await Promise.race([call(), late]);
    if (result === 'late') counters.hung += 1;
    else counters.opened += 1;
    if (JSON.stringify(result ?? null).includes(canary)) counters.outsideReads += 1;
  } catch (error) {
    // A refusal in words is what is wanted; anything else is a fault of ours. A piece-wise read meets the system's own words.
    const isKnown = error instanceof AppError ? error.code !== 'internal' : /^E[A-Z]+$/.test((error as NodeJS.ErrnoException).code ?? '');
    if (!isKnown) counters.crashes += 1;
    if (JSON.stringify(error instanceof AppError ? error.toJSON() : String(error)).includes(canary)) counters.outsideReads += 1;
  } finally {
    clearTimeout(timer);
  }
}

/** An honest path still works: a guard that refuses everything would pass every other test. */
async function control(files: Files, { inside }: PathWorld, at: number, counters: Counters): Promise<void> {
  const file = path.join(inside, `honest-${at}`, 'note.txt');
  await files.writeText(file, `text ${at}`, [inside]);
  const isRead = (await files.readText(file, [inside])) === `text ${at}`;
  await files.remove(file, [inside]);
  await files.remove(path.dirname(file), [inside]);
  counters.controls += 1;
  if (!isRead || existsSync(path.dirname(file))) counters.failedControls += 1;
}

/** A granted folder, or one above it, is replaced by a link after it was granted; as the folder that it was, it is open again. */
async function leadAway({ outside }: PathWorld, at: number, counters: Counters): Promise<void> {
  const above = path.join(path.dirname(outside), 'above');
  const granted = path.join(above, 'folder');
  const files = createFiles({ hasProc: at % 20 === 0, ledTo: (folder) => (folder === granted ? granted : undefined) });
  const [away, replaced] = at % 4 === 0 ? [outside, above] : [path.join(outside, 'folder'), granted];
  rmSync(above, { recursive: true, force: true });
  if (replaced === granted) mkdirSync(above);
  symlinkSync(away, replaced);
  const [deep, made, folders] = [path.join(granted, 'deep.txt'), path.join(granted, 'made'), [granted]];
  const opened = counters.opened;
  for (const call of [
    () => files.readText(deep, folders),
    () => files.readText('deep.txt', folders),
    () => files.writeText(deep, 'overwritten', folders),
    () => files.writeText(made, 'made', folders),
    () => files.createFolder(made, folders),
    () => files.list(granted, folders, { recursive: true }),
    () => files.info(deep, folders),
    () => files.exists(deep, folders),
    () => files.move(deep, made, folders),
    () => files.remove(deep, folders),
  ])
    await tryOne(call, counters);
  // Whatever was opened was opened outside.
  counters.outsideReads += counters.opened - opened;
  rmSync(replaced);
  mkdirSync(granted, { recursive: true });
  await files.writeText(made, 'made', folders);
  counters.controls += 1;
  if (!existsSync(made)) counters.failedControls += 1;
  rmSync(above, { recursive: true });
  counters.ledAway += 1;
}

async function race(files: Files, world: PathWorld, races: number, before: string, counters: Counters): Promise<void> {
  const { inside, outside } = world;
  mkdirSync(path.join(inside, 'swap'));
  writeFileSync(path.join(inside, 'swap/canary.txt'), 'inside');
  const flipper = fork(path.join(import.meta.dirname, 'link-flipper.fixture.mjs'), [inside, outside], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await new Promise((resolve) => flipper.once('message', resolve));
    const folders = [inside];
    const calls: ((at: number) => Promise<unknown>)[] = [
      () => files.readText(path.join(inside, 'swap/canary.txt'), folders),
      (at) => files.writeText(path.join(inside, `swap/new-${at % 50}.txt`), 'overwritten', folders),
      () => files.readText(path.join(inside, 'file.txt'), folders),
      () => files.writeText(path.join(inside, 'swap/canary.txt'), 'overwritten', folders),
      () => files.list(path.join(inside, 'swap'), folders),
      (at) => files.createFolder(path.join(inside, `swap/made-${at % 50}/deep`), folders),
      () =>
        files
          .content(path.join(inside, 'swap/canary.txt'), folders)
          .then((found) => (found.kind === 'file' ? collect(found.read()) : undefined)),
      () => files.remove(path.join(inside, 'swap/canary.txt'), folders),
      (at) => files.move(path.join(inside, 'ok.txt'), path.join(inside, `swap/moved-${at % 50}.txt`), folders, { overwrite: true }),
      () => files.move(path.join(inside, 'swap/canary.txt'), path.join(inside, 'taken.txt'), folders, { overwrite: true }),
    ];
    for (let at = 0; at < races; at += 1) {
      await tryOne(() => (calls[at % calls.length] as (at: number) => Promise<unknown>)(at), counters);
      counters.races += 1;
      if (at % 5 === 0) counters.unguardedReads += await unguarded(path.join(inside, at % 2 === 0 ? 'swap/canary.txt' : 'file.txt'));
      if (at % 100 === 0) {
        if (!existsSync(path.join(inside, 'ok.txt'))) writeFileSync(path.join(inside, 'ok.txt'), 'inside');
        if (takenOutside(inside)) counters.outsideReads += 1;
      }
    }
    const over = new Promise<{ flips: number }>((resolve) => flipper.once('message', resolve as (message: unknown) => void));
    flipper.send('stop');
    counters.flips = (await over).flips;
  } finally {
    await ended(flipper);
  }
  if (takenOutside(inside)) counters.outsideReads += 1;
  if (photograph(outside) !== before) counters.outsideWrites += 1;
}

const takenOutside = (inside: string): boolean => {
  const file = path.join(inside, 'taken.txt');
  return existsSync(file) && lstatSync(file).isFile() && readFileSync(file, 'utf8').includes(canary);
};

async function unguarded(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.includes(canary) ? 1 : 0;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}
