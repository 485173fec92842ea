// The tools that servers had when they were last listed, so that they are there before any server is started, and how that start went
// (start-record.ts): one small file for each way a server is started. A changed command, argument, environment or package version is another way.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { packageAsk } from './launch/package-ask.ts';
import { findPackage } from './launch/package-cache.ts';
import { limits } from './limits.ts';
import { isStartRecord, type StartRecord } from './start-record.ts';
import type { FoundTool } from './worker-messages.ts';

export interface KnownTools {
  /** Undefined when they were never listed, or what was kept cannot be read. Reads one small file. */
  get(key: string): { tools: FoundTool[]; start?: StartRecord } | undefined;
  /**
   * Kept on disk at once; does nothing when they are the same as before. Without a `start` the one that is there stays, if it led to the
   * same tools. Never throws: it is only a memory.
   */
  put(key: string, tools: readonly FoundTool[], start?: StartRecord): void;
  forgetStart(key: string): void;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** By hand: it is read at each start of the app, was written by us, and schemas of hundreds of tools are deep. */
function isFoundTool(value: unknown): value is FoundTool {
  return (
    isObject(value) &&
    ['name', 'title', 'description'].every((key) => typeof value[key] === 'string') &&
    ['readOnly', 'idempotent', 'destructive'].every((key) => typeof value[key] === 'boolean') &&
    isObject(value.inputSchema) &&
    (value.outputSchema === undefined || isObject(value.outputSchema))
  );
}

/** So many ways are kept; the oldest go. */
const most = 500;

/** What a server's tools depend on, as a file name. Cheap: at most one small file is read. */
export function knownToolsKey(config: ServerConfig, dataFolder: string): string {
  const ask = /[\\/]/.test(config.command) ? undefined : packageAsk(config.command, config.args);
  const pinned = ask === undefined ? undefined : findPackage(dataFolder, ask);
  const env = Object.entries(config.env)
    .map(([name, value]) => [name, 'text' in value ? value.text : { secret: value.secret }])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));
  return createHash('sha256')
    .update(JSON.stringify([config.transport ?? 'stdio', config.command, config.args, config.url, config.cwd, env, pinned?.version]))
    .digest('hex');
}

export function createKnownTools(dataFolder: string): KnownTools {
  const folder = join(dataFolder, 'known-tools');
  const fileOf = (key: string): string => {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new TypeError('A key of known tools comes from knownToolsKey.');
    return join(folder, `${key}.json`);
  };
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return undefined; // never listed
    }
  };
  const get: KnownTools['get'] = (key) => {
    const text = read(fileOf(key));
    if (text === undefined || text.length > limits.definitionsLength) return undefined;
    try {
      const parsed: unknown = JSON.parse(text);
      if (!isObject(parsed) || parsed.version !== 1 || !Array.isArray(parsed.tools) || parsed.tools.length > limits.tools) return undefined;
      if (!parsed.tools.every(isFoundTool)) return undefined;
      return { tools: parsed.tools, ...(isStartRecord(parsed.start) ? { start: parsed.start } : {}) };
    } catch {
      return undefined; // broken off or edited: it is listed anew
    }
  };
  const write = (key: string, tools: readonly FoundTool[], start: StartRecord | undefined): void => {
    const text = JSON.stringify({ version: 1, tools, start });
    const file = fileOf(key);
    if (text.length > limits.definitionsLength || read(file) === text) return;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const part = `${file}.${process.pid}.part`;
      writeFileSync(part, text, { mode: 0o600 });
      renameSync(part, file);
      forgetOldest(folder);
    } catch {
      // The next start lists them; a full disk is told of elsewhere.
    }
  };
  return {
    get,
    put(key, tools, start) {
      const before = start === undefined ? get(key) : undefined;
      const isSame = before?.start !== undefined && JSON.stringify(before.tools) === JSON.stringify(tools);
      write(key, tools, start ?? (isSame ? before.start : undefined));
    },
    forgetStart(key) {
      const before = get(key);
      if (before?.start !== undefined) write(key, before.tools, undefined);
    },
  };
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder);
  if (files.length <= most) return;
  const byAge = files.map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs })).sort((a, b) => a.at - b.at);
  for (const { name } of byAge.slice(0, files.length - most)) rmSync(join(folder, name), { force: true });
}
