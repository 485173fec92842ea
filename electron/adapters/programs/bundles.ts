// Bundles of tool servers: unpacked once under the hash of their file, before anything of them is started. Reading one runs nothing.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import { parseJson } from '../../../shared/model/json.ts';
import type { ServerBundles } from '../../runtime/tool-ports.ts';

const archives = lazy(() => import('../archives/read-archive.ts'));
const manifestBytes = 1_000_000;
/** What nobody chose goes after this long; a preview is held for an hour. */
const unusedMs = 2 * 3_600_000;

export function createBundles(options: { dataFolder: string; platform?: NodeJS.Platform; home?: string }): ServerBundles {
  // No server can have this name: each may write its own folder below `servers`, and these are programs of others.
  const root = path.join(options.dataFolder, 'servers', '.bundles');

  async function sweep(inUse: readonly string[]): Promise<void> {
    for (const name of await readdir(root).catch(() => [])) {
      const folder = path.join(root, name);
      // By the hash alone: a path is written differently in JSON, on Windows and by hand.
      if (inUse.some((text) => text.includes(name))) continue;
      const facts = await stat(folder).catch(() => undefined); // swept by another window meanwhile
      if (facts !== undefined && Date.now() - facts.mtimeMs > unusedMs) await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    async read(file, signal, inUse) {
      const hash = createHash('sha256');
      try {
        await pipeline(createReadStream(file), hash, { signal });
      } catch (cause) {
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
        place: { folder, home: options.home ?? homedir(), platform: options.platform ?? process.platform, ref: path.basename(file) },
      };
    },
  };
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
