// The files with which a folder chooses versions for what runs in it: of nvm, asdf, mise, volta and their kin. Reads small text files of
// the folder and those above it; runs nothing.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
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

const nodeNames = ['node', 'nodejs', 'core:node'];
const miseFiles = ['mise.local.toml', 'mise.toml', '.mise.toml', 'mise/config.toml', '.mise/config.toml', '.config/mise.toml'];
const plainFiles = ['.nvmrc', '.node-version'];
/** `node = "20"`, `node = ["20", "18"]` or `node = { version = "20" }` of its `[tools]`. */
function inMise(text: string, names: readonly string[] = nodeNames): string | undefined {
  let isIn = false;
  for (const line of text.split('\n')) {
    const table = /^\s*\[+\s*([^\]]*?)\s*\]+\s*(?:#.*)?$/.exec(line)?.[1];
    if (table !== undefined) isIn = table === 'tools';
    const [, name, value] = (isIn ? /^\s*["']?([\w:-]+)["']?\s*=\s*(.*)$/.exec(line) : null) ?? [];
    const version =
      name === undefined || value === undefined || !names.includes(name)
        ? undefined
        : /^(?:\[\s*|\{.*?\bversion\s*=\s*)?["']([^"']+)["']/.exec(value)?.[1];
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

/** What programs belong to, where they are not called as their tool is. */
const toolOf = (program: string): string =>
  /^(python|pip)[\d.]*$/.test(program)
    ? 'python'
    : /^(npm|npx|corepack)$/.test(program)
      ? 'node'
      : (new Map([
          ['uvx', 'uv'],
          ['bunx', 'bun'],
          ['gem', 'ruby'],
          ['bundle', 'ruby'],
          ['javac', 'java'],
        ]).get(program) ?? program);

/**
 * The tool that a program belongs to and the version of it that the nearest file asks for in plain words. Anything else that such a file
 * may say (a path, a template, a repository) is no version.
 */
export function pinnedTool(from: string, program: string): { tool: string; version: string } | undefined {
  const tool = toolOf(program);
  const names = tool === 'node' ? nodeNames : [tool, `core:${tool}`];
  const plain = (text: string | undefined) => (text !== undefined && /^\w[\w.+-]*$/.test(text) ? { tool, version: text } : undefined);
  for (const folder of upwards(from)) {
    const read = (file: string) => textOf(join(folder, file));
    const found =
      first(miseFiles, (file) => inMise(read(file) ?? '', names)) ??
      first(names, (name) => new RegExp(`^${name}[ \\t]+(\\S+)`, 'm').exec(read('.tool-versions') ?? '')?.[1]) ??
      (['python', 'ruby', 'node'].includes(tool) ? read(`.${tool}-version`)?.split(/\s/)[0] : undefined);
    if (found !== undefined && found !== '') return plain(found);
  }
  return undefined;
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
