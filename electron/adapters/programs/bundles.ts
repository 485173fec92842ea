// Bundles of tool servers: unpacked once under the hash of their file, before anything of them is started. Reading one runs nothing.

import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import { parseJson } from '../../../shared/model/json.ts';
import { maxBundleBytes } from '../../../shared/model/server-import.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import type { ServerBundles } from '../../runtime/tool-ports.ts';

const archives = lazy(() => import('../archives/read-archive.ts'));
const manifestBytes = 1_000_000;
/** What nobody chose goes after this long; a preview is held for an hour. */
const unusedMs = 2 * 3_600_000;

// No server can have this name: each may write its own folder below `servers`, and these are programs of others.
const rootOf = (dataFolder: string): string => path.join(dataFolder, 'servers', '.bundles');

/** Folders of bundles that a configuration runs something of: all in them is its program. */
export function bundleFolders(
  { command, args, cwd, env }: Pick<ServerConfig, 'command' | 'args' | 'cwd' | 'env'>,
  dataFolder: string,
): string[] {
  const root = `${rootOf(dataFolder)}${path.sep}`;
  const texts = [command, cwd ?? '', ...args, ...Object.values(env).map((value) => ('text' in value ? value.text : ''))];
  const found = texts.flatMap((text) => {
    const at = text.indexOf(root);
    const name = at < 0 ? undefined : /^[0-9a-f]{24}(?=[\\/]|$)/.exec(text.slice(at + root.length))?.[0];
    return name === undefined ? [] : [root + name];
  });
  return [...new Set(found)];
}

export function createBundles(options: { dataFolder: string; platform?: NodeJS.Platform; home?: string }): ServerBundles {
  const root = rootOf(options.dataFolder);

  async function sweep(inUse: readonly string[]): Promise<void> {
    for (const name of await readdir(root).catch(() => [])) {
      if (name.startsWith('.upload-')) continue;
      const folder = path.join(root, name);
      // By the hash alone: a path is written differently in JSON, on Windows and by hand.
      if (inUse.some((text) => text.includes(name))) continue;
      const facts = await stat(folder).catch(() => undefined); // swept by another window meanwhile
      if (facts !== undefined && Date.now() - facts.mtimeMs > unusedMs) await rm(folder, { recursive: true, force: true });
    }
  }

  /** Where the pieces of an upload are put together; its id is made of letters, digits and dashes. */
  const partOf = (upload: string): string => path.join(root, `.upload-${upload}.part`);

  const bundles: ServerBundles = {
    async put(upload, offset, data) {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const bytes = Buffer.from(data, 'base64');
      if (offset + bytes.length > maxBundleBytes)
        throw new AppError('archive-too-large', 'A bundle has at most 512 MB.', { hint: 'Choose a smaller one.' });
      if (offset === 0) await sweepUploads(root);
      const file = await open(partOf(upload), offset === 0 ? 'w' : 'r+', 0o600).catch(missingPiece);
      try {
        if ((await file.stat()).size !== offset) return missingPiece();
        await file.write(bytes, 0, bytes.length, offset);
      } finally {
        await file.close();
      }
    },
    async uploaded(upload, name, signal, inUse) {
      const file = partOf(upload);
      try {
        const read = await bundles.read(file, signal, inUse);
        return { ...read, place: { ...read.place, ref: path.basename(name.replaceAll('\\', '/')) } };
      } finally {
        await rm(file, { force: true });
      }
    },
    async read(file, signal, inUse) {
      const hash = createHash('sha256');
      try {
        await pipeline((await openOrdinary(file)).createReadStream(), hash, { signal });
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw new AppError('bundle-unreadable', `“${file}” cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
          hint: 'Choose a .mcpb file.',
          cause,
        });
      }
      await mkdir(root, { recursive: true, mode: 0o700 });
      const folder = path.join(root, hash.digest('hex').slice(0, 24));
      // What is looked at again counts as new: its preview is held from now on.
      const isThere = await utimes(folder, new Date(), new Date()).then(
        () => true,
        () => false,
      );
      await sweep(inUse);
      if (!isThere) await (await archives()).readArchive(file, { into: folder, signal });
      const text = await readManifest(folder);
      return {
        manifest: parseJson(text, 'Its manifest.json'),
        place: {
          folder,
          home: options.home ?? homedir(),
          platform: options.platform ?? process.platform,
          ref: path.basename(file),
          // Links are not unpacked, so what is below it is in it.
          has: (at) => isBelow(folder, at) && existsSync(at),
        },
      };
    },
  };
  return bundles;
}

function isBelow(folder: string, at: string): boolean {
  const below = path.relative(folder, path.resolve(at));
  return below !== '' && !below.startsWith('..') && !path.isAbsolute(below);
}

/** Never waits for the other end of a named pipe, and reads no device. What reads it closes it. */
async function openOrdinary(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const facts = await handle.stat();
  if (facts.isFile() && facts.size <= maxBundleBytes) return handle;
  await handle.close();
  if (facts.isFile()) throw new AppError('archive-too-large', 'A bundle has at most 512 MB.', { hint: 'Choose a smaller one.' });
  throw new AppError('bundle-unreadable', `“${file}” is not a file.`, { hint: 'Choose a .mcpb file.' });
}

function missingPiece(): never {
  throw new AppError('bundle-unreadable', 'The file did not come whole.', { hint: 'Drop it once more.', retryable: true });
}

/** What a page began to give and left. */
async function sweepUploads(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    const file = path.join(root, name);
    if (!name.startsWith('.upload-')) continue;
    const facts = await stat(file).catch(() => undefined); // gone meanwhile
    if (facts !== undefined && Date.now() - facts.mtimeMs > 3_600_000) await rm(file, { force: true });
  }
}

async function readManifest(folder: string): Promise<string> {
  const file = path.join(folder, 'manifest.json');
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AppError('bundle-unreadable', 'There is no manifest.json in this bundle.', {
      hint: 'Choose a .mcpb or .dxt file of a tool server.',
      cause,
    });
  });
  if (size > manifestBytes) throw new AppError('bundle-unreadable', 'Its manifest.json is larger than 1 MB.', { hint: 'Tell its maker.' });
  return readFile(file, 'utf8');
}
