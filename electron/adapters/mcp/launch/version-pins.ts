// The files with which a folder chooses versions for what runs in it: of nvm, asdf, mise, volta and their kin. Reads small text files of
// the folder and those above it; runs nothing.

import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes of one that are looked at. */
const mostRead = 65_536;

/** Its beginning without what surrounds it; undefined when there is none. The folder may be anybody's: a pipe would be waited for for ever. */
function textOf(file: string): string | undefined {
  let handle: number | undefined;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(handle).isFile()) return undefined;
    const bytes = Buffer.alloc(mostRead);
    return bytes.toString('utf8', 0, readSync(handle, bytes)).trim();
  } catch {
    return undefined; // most folders have none of these files
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** From the folder itself up to the root, a dozen at most. */
function* upwards(from: string): Generator<string> {
  for (let folder = from, depth = 0; depth < 12; folder = dirname(folder), depth += 1) {
    yield folder;
    if (dirname(folder) === folder) return;
  }
}

const miseFiles = ['mise.local.toml', 'mise.toml', '.mise.toml', 'mise/config.toml', '.mise/config.toml', '.config/mise.toml'];
const plainFiles = ['.nvmrc', '.node-version'];
/** Also of other languages: what a shell's hook looks at. */
const hookFiles = [...miseFiles, ...plainFiles, '.tool-versions', '.python-version', '.ruby-version'];

/** Whether a shell that begins in the folder may choose otherwise than one in the home folder. */
export const pinsVersions = (folder: string): boolean =>
  [...upwards(folder)].some((each) => hookFiles.some((file) => existsSync(join(each, file))));

/** `node = "20"`, `node = ["20", "18"]` or `node = { version = "20" }` of its `[tools]`. */
function inMise(text: string): string | undefined {
  let isIn = false;
  for (const line of text.split('\n')) {
    const table = /^\s*\[+\s*([^\]]*?)\s*\]+\s*(?:#.*)?$/.exec(line)?.[1];
    if (table !== undefined) isIn = table === 'tools';
    const value = isIn ? /^\s*["']?(?:node|nodejs|core:node)["']?\s*=\s*(.*)$/.exec(line)?.[1] : undefined;
    const version = value === undefined ? undefined : /^(?:\[\s*|\{.*?\bversion\s*=\s*)?["']([^"']+)["']/.exec(value)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}

function inVolta(text: string): string | undefined {
  try {
    const { volta } = JSON.parse(text) as { volta?: { node?: unknown } };
    return typeof volta?.node === 'string' ? volta.node : undefined;
  } catch {
    return undefined; // no JSON: whoever runs the package says so
  }
}

/** The version of Node that the nearest such file asks for, as it is written there. */
export function pinnedVersion(from: string): string | undefined {
  for (const folder of upwards(from)) {
    const read = (file: string, find: (text: string) => string | undefined): string | undefined => {
      const text = textOf(join(folder, file));
      return text === undefined ? undefined : find(text);
    };
    const found =
      first(plainFiles, (file) => read(file, (text) => text.split(/\s/)[0] || undefined)) ??
      first(miseFiles, (file) => read(file, inMise)) ??
      read('.tool-versions', (text) => /^(?:nodejs|node)\s+(\S+)/m.exec(text)?.[1]) ??
      read('package.json', inVolta);
    if (found !== undefined) return found;
  }
  return undefined;
}

function first<T>(all: readonly string[], find: (each: string) => T | undefined): T | undefined {
  for (const each of all) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
