// Runs inside a D-Bus session with a real gnome-keyring (see vault.torture.ts). Kills writers in the middle of rotations, writes,
// imports and backups; damages rows and backups; takes the keychain away. Prints its counters as one JSON line.

import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { createKeychain } from '../../electron/adapters/vault/keychain.ts';
import { createVault } from '../../electron/adapters/vault/vault.ts';
import type { SecretName } from '../../shared/model/ids.ts';
import { seeded } from '../contract/wire-fuzz.ts';
import { damageBackups, damageRows } from './vault-damage.ts';
import { cheapKdf, isMine, passphrase } from './vault-values.ts';

const [folder = '', nText = '1', seedText = '1'] = process.argv.slice(2);
const n = Number(nText);
const random = seeded(Number(seedText));
const counters = {
  kills: 0,
  inRotation: 0,
  endedThemselves: 0,
  damaged: 0,
  keychainStates: 0,
  acknowledged: 0,
  lost: 0,
  wrongAccepted: 0,
  plaintextFound: 0,
  newKeyMade: 0,
  unopenable: 0,
};
const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Told {
  /** What each name holds for certain; undefined: removed. */
  kept: Map<string, string>;
  /** What may be there as well: begun, not acknowledged. */
  open: Map<string, string>;
  keyId: string | undefined;
  isRotating: boolean;
}
const told: Told = { kept: new Map(), open: new Map(), keyId: undefined, isRotating: false };

/** One life of a writer, killed at a random moment after it began to work. */
async function killOnce(data: string): Promise<void> {
  const writer = path.join(import.meta.dirname, 'vault-writer.fixture.ts');
  const child = spawn(process.execPath, [writer, data, String(Math.floor(random() * 1e9))], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(`code ${code}, signal ${signal}`)));
  let rest = '';
  let ready: () => void = () => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line), ready);
  });
  told.open.clear();
  told.isRotating = false;
  await Promise.race([isReady, exited, sleep(60_000)]);
  await sleep(Math.floor(random() * 400));
  const isWorking = child.exitCode === null && child.signalCode === null;
  child.kill('SIGKILL');
  const end = await exited;
  if (!isWorking) {
    counters.endedThemselves += 1;
    say(`A writer ended by itself: ${end}`);
    return;
  }
  counters.kills += 1;
  if (told.isRotating) counters.inRotation += 1;
}

function take(line: { type: string; set?: [string, string][]; keyId?: string }, ready: () => void): void {
  if (line.type === 'ready') ready();
  if (line.type === 'begin') for (const [name, value] of line.set ?? []) told.open.set(name, value);
  if (line.type === 'begin-rotate') told.isRotating = true;
  if (line.type !== 'done') return;
  for (const [name, value] of line.set ?? []) told.kept.set(name, value);
  told.open.clear();
  told.isRotating = false;
  if (line.keyId !== undefined) told.keyId = line.keyId;
  counters.acknowledged += 1;
}

async function look(data: string): Promise<void> {
  const opened = openStore({ folder: data });
  try {
    const vault = createVault({ rows: opened.vault, keychain: createKeychain(), clock: { now: () => Date.now() }, kdf: cheapKdf });
    const status = await vault.getStatus();
    if (status.state !== 'open') {
      counters.unopenable += 1;
      say(`Not open after a kill: ${status.state} ${status.message}`);
      return;
    }
    const keyId = opened.vault.getMeta()?.keyId;
    if (told.keyId !== undefined && keyId !== told.keyId && !told.isRotating) counters.newKeyMade += 1;
    told.keyId = keyId;
    const there = new Set(vault.list().map((each) => String(each.name)));
    for (const [name, value] of told.kept) {
      if (!there.has(name)) counters.lost += 1;
      else await compare(() => vault.reveal(name as SecretName), [value, told.open.get(name)]);
    }
    for (const name of there) if (!told.kept.has(name)) await compare(() => vault.reveal(name as SecretName), [told.open.get(name)]);
    // What may or may not have happened is known now.
    for (const name of there) told.kept.set(name, await vault.reveal(name as SecretName));
    await vault.lock();
    const opens = async (text: string): Promise<boolean> =>
      vault.unlock(text).then(
        (now) => now.state === 'open',
        () => false,
      );
    if (await opens('not the passphrase')) counters.wrongAccepted += 1;
    if (!(await opens(passphrase))) counters.unopenable += 1;
  } finally {
    await opened.close();
  }
}

async function compare(read: () => Promise<string>, allowed: readonly (string | undefined)[]): Promise<void> {
  try {
    const value = await read();
    if (allowed.includes(value)) return;
    counters[isMine(value) ? 'lost' : 'wrongAccepted'] += 1;
  } catch (error) {
    counters.unopenable += 1;
    say(`Does not open: ${String(error)}`);
  }
}

/** Every value begins so; none of them may stand anywhere on the disk. */
function searchPlain(data: string): void {
  for (const name of readdirSync(data, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const bytes = readFileSync(path.join(name.parentPath, name.name));
    for (const form of [
      'plain-canary',
      Buffer.from('plain-canary').toString('hex'),
      Buffer.from('plain-canary').toString('base64').slice(0, 15),
    ])
      if (bytes.includes(form)) {
        counters.plaintextFound += 1;
        say(`In plain text in ${name.name}`);
      }
  }
}

/** In a process of its own: what spoke to a keyring daemon that is replaced cannot speak to the next. */
function without(data: string, kind: number): Promise<void> {
  const fixture = path.join(import.meta.dirname, 'vault-keyless.fixture.ts');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [fixture, data, String(kind)], (error, stdout, stderr) => {
      if (error !== null) return reject(new Error(`${error.message}\n${stderr}`));
      const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Partial<typeof counters>;
      for (const [name, count] of Object.entries(found)) counters[name as keyof typeof counters] += count ?? 0;
      if (stderr.trim() !== '') say(stderr.trim());
      resolve();
    });
  });
}

const data = path.join(folder, 'data');
mkdirSync(data);
const states = Math.max(3, Math.floor(n / 20));
const damages = Math.floor(n * 0.5);
const kills = Math.max(1, n - states - damages);
for (let i = 0; i < kills; i += 1) {
  await killOnce(data);
  await look(data);
  if ((i + 1) % 20 === 0) say(`${i + 1} of ${kills} kills`);
}
searchPlain(data);
for (let i = 0; i < states; i += 1) await without(data, i);
say(`${states} times without the key`);
await damageRows({ times: Math.ceil(damages * 0.7), random, counters, say });
await damageBackups({ times: Math.floor(damages * 0.3), folder, random, counters, say });
rmSync(data, { recursive: true, force: true });
console.log(JSON.stringify(counters));
process.exit(0);
