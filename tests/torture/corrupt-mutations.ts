// What can happen to the files of a data folder: one function each, all by the given chance.

import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Random } from '../contract/wire-fuzz.ts';

const pageBytes = 4096;

export interface Mutation {
  name: string;
  /** Made on a folder that was copied while a host had it open, with its log there. */
  isLive: boolean;
  /** The newest backup is damaged too. */
  harmsBackup?: boolean;
  /** A log that ends early is taken for one whose end was never written: nothing can tell them apart. */
  mayLoseEnd?: boolean;
  apply(folder: string, random: Random): void;
}

const database = (folder: string): string => path.join(folder, 'orrery.db');
const log = (folder: string): string => `${database(folder)}-wal`;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

function flipBits(file: string, random: Random, count: number, from = 0, to = Number.POSITIVE_INFINITY): void {
  const content = readFileSync(file);
  const end = Math.min(content.length, to);
  for (let i = 0; i < count && end > from; i += 1) {
    const at = from + below(random, end - from);
    content[at] = (content[at] ?? 0) ^ (1 << below(random, 8));
  }
  writeFileSync(file, content);
}

function overwrite(file: string, at: number, data: Buffer): void {
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, data, 0, data.length, at);
  } finally {
    closeSync(handle);
  }
}

function pageAt(file: string, number: number): Buffer {
  const handle = openSync(file, 'r');
  try {
    const page = Buffer.alloc(pageBytes);
    readSync(handle, page, 0, pageBytes, number * pageBytes);
    return page;
  } finally {
    closeSync(handle);
  }
}

const sizeOf = (file: string): number => readFileSync(file).length;
const anyPage = (file: string, random: Random): number => below(random, Math.floor(sizeOf(file) / pageBytes));
const truncate = (file: string, random: Random): void => truncateSync(file, random() < 0.1 ? 0 : below(random, sizeOf(file)));
const noise = (random: Random, length: number): Buffer => Buffer.from(Array.from({ length }, () => below(random, 256)));

function damageNewestBackup(folder: string, random: Random): void {
  const newest = readdirSync(path.join(folder, 'backups')).sort().at(-1) ?? '';
  overwrite(path.join(folder, 'backups', newest), 0, noise(random, 2000));
}

function blobsOf(folder: string): string[] {
  const root = path.join(folder, 'blobs');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
const anyBlob = (folder: string, random: Random): string => {
  const all = blobsOf(folder);
  return all[below(random, all.length)] ?? '';
};

function swapBlobs(folder: string): void {
  const [one = '', other = ''] = blobsOf(folder);
  const aside = `${one}.aside`;
  renameSync(one, aside);
  renameSync(other, one);
  renameSync(aside, other);
}

function foreignDatabase(folder: string): void {
  rmSync(database(folder));
  const db = new Database(database(folder));
  db.exec('create table someone_else (a)');
  db.close();
}

const onDatabase = (name: string, apply: (file: string, random: Random) => void, more: Partial<Mutation> = {}): Mutation[] =>
  [false, true].map((isLive) => ({ name, isLive, ...more, apply: (folder, random) => apply(database(folder), random) }));
const onLog = (name: string, apply: (file: string, random: Random) => void): Mutation => ({
  name,
  isLive: true,
  mayLoseEnd: true,
  apply: (folder, random) => {
    if (existsSync(log(folder))) apply(log(folder), random);
  },
});
const clean = (name: string, apply: Mutation['apply'], more: Partial<Mutation> = {}): Mutation => ({ name, isLive: false, ...more, apply });

export const mutations: readonly Mutation[] = [
  ...onDatabase('a bit', (file, random) => flipBits(file, random, 1)),
  ...onDatabase('some bits', (file, random) => flipBits(file, random, 2 + below(random, 30))),
  ...onDatabase('bits of the header', (file, random) => flipBits(file, random, 1 + below(random, 3), 0, 100)),
  ...onDatabase('noise over the header', (file, random) => overwrite(file, below(random, 80), noise(random, 20))),
  ...onDatabase('a database cut short', truncate),
  ...onDatabase('a page of zeros', (file, random) => overwrite(file, anyPage(file, random) * pageBytes, Buffer.alloc(pageBytes))),
  ...onDatabase('many pages of zeros', (file, random) => {
    for (let i = 0; i < 10; i += 1) overwrite(file, anyPage(file, random) * pageBytes, Buffer.alloc(pageBytes));
  }),
  ...onDatabase('a page in the place of another', (file, random) =>
    overwrite(file, anyPage(file, random) * pageBytes, pageAt(file, anyPage(file, random))),
  ),
  ...onDatabase('a page of noise', (file, random) => overwrite(file, anyPage(file, random) * pageBytes, noise(random, pageBytes))),
  ...onDatabase('no database', (file) => rmSync(file)),
  ...onDatabase('text in its place', (file) => writeFileSync(file, 'Not a database.\n'.repeat(400))),
  onLog('bits of the log', (file, random) => flipBits(file, random, 1 + below(random, 8))),
  onLog('the log’s header', (file, random) => flipBits(file, random, 1 + below(random, 4), 0, 32)),
  onLog('a log cut short', truncate),
  onLog('no log', (file) => rmSync(file)),
  {
    name: 'noise in the index of the log',
    isLive: true,
    apply: (folder, random) => writeFileSync(`${database(folder)}-shm`, noise(random, 32_768)),
  },
  clean('another program’s database in its place', foreignDatabase),
  clean('its own log in its place', (folder, random) => writeFileSync(database(folder), noise(random, 50_000))),
  clean('bits of a large output', (folder, random) => flipBits(anyBlob(folder, random), random, 1)),
  clean('a large output cut short', (folder, random) => truncate(anyBlob(folder, random), random)),
  clean('a large output gone', (folder, random) => rmSync(anyBlob(folder, random))),
  clean('two large outputs swapped', swapBlobs),
  clean(
    'database and newest backup',
    (folder, random) => {
      overwrite(database(folder), 0, noise(random, 3000));
      damageNewestBackup(folder, random);
    },
    { harmsBackup: true },
  ),
  clean(
    'no database and a damaged newest backup',
    (folder, random) => {
      rmSync(database(folder));
      damageNewestBackup(folder, random);
    },
    { harmsBackup: true },
  ),
];
