// What a diagnosis looks up on the machine: who holds a port, what a package asks for, which Nodes there are. Reads only.

import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { readSmallText } from '../../small-file.ts';
import { headerOf, systems } from './executable.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { knownNodes } from './runtimes.ts';
import { exists, realSearchContext } from './search-path.ts';

export interface Look {
  /** Who listens on a TCP port of this machine, when the system tells. */
  portHolder(port: number): { pid: number; name: string } | undefined;
  /** `engines.node` of the package that a plan runs. */
  engines(plan: LaunchPlan): string | undefined;
  /** Those of this machine, and those that belong to the app. */
  nodes(plan: LaunchPlan): { version: string; path: string }[];
  /** What a file of machine code was made for; undefined when it is not there or is none. */
  builtFor(path: string): string | undefined;
  /** What the machine has at a path, whatever a sandbox shows of it. */
  isThere(path: string): 'file' | 'folder' | undefined;
  /** Where it really is, when links are followed; undefined when it cannot be looked at. */
  leadsTo(path: string): string | undefined;
}

export const realLook = (): Look => ({
  portHolder: holderOf,
  engines: (plan) => plan.package?.engines ?? enginesOf(scriptOf(plan)),
  nodes: ({ managed }) => knownNodes({ ...realSearchContext(), ...(managed === undefined ? {} : { managed }) }),
  builtFor: (path) => {
    const header = isAbsolute(path) && exists(path) ? headerOf(path) : { kind: 'other' as const };
    return 'arch' in header ? `${systems[header.kind]} on ${header.arch}` : undefined;
  },
  isThere: (path) => {
    try {
      return statSync(path).isDirectory() ? 'folder' : 'file';
    } catch {
      return undefined; // nor may this app look at it
    }
  },
  leadsTo: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined; // it went meanwhile
    }
  },
});

/** The script that Node is given; undefined for `-e` and for programs that are none. */
export function scriptOf({ file, args, cwd }: Pick<LaunchPlan, 'file' | 'args' | 'cwd'>): string | undefined {
  const isNode = /(^|[\\/])node(\.exe)?$/.test(file);
  const given = isNode ? args.find((each) => !each.startsWith('-')) : file;
  if (given === undefined || (isNode && args.some((each) => /^(-e|-p|--eval|--print)$/.test(each)))) return undefined;
  try {
    return realpathSync(isAbsolute(given) ? given : resolve(cwd, given));
  } catch {
    return undefined; // not there, which another rule says
  }
}

const manifest = z.looseObject({ engines: z.looseObject({ node: z.string().optional() }).optional() });

/** Bytes of a package.json; npm's own are far smaller. */
const mostManifest = 1024 * 1024;

/** From the package.json nearest to a script. */
export function enginesOf(script: string | undefined): string | undefined {
  if (script === undefined) return undefined;
  for (let folder = dirname(script); dirname(folder) !== folder; folder = dirname(folder))
    try {
      return manifest.parse(JSON.parse(readSmallText(join(folder, 'package.json'), mostManifest))).engines?.node;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined; // one that cannot be read asks for nothing
    }
  return undefined;
}

function holderOf(port: number): { pid: number; name: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => listening(file, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined && inodes.has(inode)) return { pid: Number(pid), name: nameOf(pid) };
      }
    } catch {
      // Of another person, or gone meanwhile: it cannot be looked into.
    }
  return undefined;
}

/** The program's own name: threads may have given the process another. */
const nameOf = (pid: string): string => {
  const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return basename(program.split(' ')[0] ?? '') || readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
};

/** Inodes of the sockets that listen on a port; state 0A is LISTEN. */
function listening(file: string, port: number): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // no IPv6 here
  }
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells[1]?.endsWith(`:${wanted}`) && cells[3] === '0A')
    .map((cells) => cells[9] ?? '');
}
