// What a contained server was not let see, write or reach. Inside its sandbox a folder that it was not given is not there at all, so
// its own words (“no such file”, “unknown host”) name the wrong cause: what the machine has is looked up here.

import { homedir } from 'node:os';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import type { Rule } from './diagnose-facts.ts';
import type { Look } from './diagnose-look.ts';
import type { StartFailure } from './start-error.ts';

/** Node, Python, shells and others, of a file that is not there; the path is the first group that matched. */
const unseen = [
  /Cannot find module '([^']{1,1000})'/,
  /can't open file '([^']{1,1000})'/,
  /ENOENT: no such file or directory[^'"\n]{0,100}['"]([^'"\n]{1,1000})['"]/,
  /No such file or directory: ["']([^"'\n]{1,1000})["']/,
  /(?:^|[\s:])(?:exec: |cannot open |stat |open |cannot access )?['"]?(\/[^\s:'"]{1,1000})['"]?: (?:not found|[Nn]o such file or directory)/,
  /cannot open (\/[^\s:'"]{1,1000}): No such file/,
  // The reference server for files says it so of each folder among its arguments.
  /Cannot access directory (\/[^\n]{1,1000}), skipping/,
];
const unwritten = [
  /EROFS: read-only file system[^'"\n]{0,100}['"]([^'"\n]{1,1000})['"]/,
  /Read-only file system: ["']([^"'\n]{1,1000})["']/,
  /['"]?(\/[^\s:'"]{1,1000})['"]?: Read-only file system/,
];
const unreached = [
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) ([\w.-]{1,253})/,
  /Could not resolve host:? ([\w.-]{1,253})/i,
  /host='([\w.-]{1,253})', port=\d+\)[^\n]{0,400}(?:name resolution|Name or service not known)/,
  /lookup ([\w.-]{1,253})(?: on [^\n:]{1,100})?: (?:no such host|[^\n]{0,100}(?:connection refused|network is unreachable|server misbehaving))/,
];

const firstOf = (patterns: readonly RegExp[], text: string): string | undefined =>
  patterns.map((pattern) => pattern.exec(text)?.[1]).find((each) => each !== undefined);

/** Before every other rule: a file that the machine has is not missing, whatever else may be wrong. */
export const notShown: Rule = (text, facts, look) => {
  if (facts.closed === undefined) return undefined;
  const write = firstOf(unwritten, text);
  if (write !== undefined && isAbsolute(write))
    return folderFailure(`It may not write “${write}”`, 'It runs in a sandbox, where that folder is only to be read.', write, look, true);
  for (const pattern of unseen) {
    const path = pattern.exec(text)?.[1];
    if (path === undefined || !isAbsolute(path)) continue;
    const is = look.isThere(path);
    if (is === undefined) continue;
    const why = 'That is there, but it runs in a sandbox that does not show it.';
    return folderFailure(`It does not see “${path}”`, why, path, look, false);
  }
  return undefined;
};

function folderFailure(what: string, why: string, path: string, look: Look, write: boolean): StartFailure {
  const folder = look.isThere(path) === 'folder' ? path : dirname(path);
  const isWhole = folder === homedir() || dirname(folder) === folder;
  const real = look.leadsTo(folder);
  const isOffered =
    !isWhole && look.isThere(folder) === 'folder' && real !== undefined && [folder, real].every((each) => mayBeOffered(each));
  return {
    ...(isOffered ? { wantsFolder: { path: folder, write } } : {}),
    cause: 'sandbox',
    message: `${what}. ${why}`,
    hint: isWhole
      ? `Move “${path}” into a folder of its own, name it there in the server’s arguments, and add that folder on its Permissions tab.`
      : `If it should have it, add the folder “${folder}”${write ? ', to be written too,' : ''} on its Permissions tab, then start it again.`,
  };
}

const ofSystem = /^\/(bin|boot|dev|etc|lib\w*|proc|root|run|sbin|sys|usr|var|System|Library|private)(\/|$)|^[A-Za-z]:\\(Windows|Program)/;

/**
 * Whether a button may give it. The words are the server's, which may name what it wants to get at: keys, settings of programs and what
 * is of the system are given on its page only, by a person who chooses them there.
 */
export function mayBeOffered(folder: string, home: string = homedir()): boolean {
  const below = relative(home, folder);
  const isInHome = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  if (folder.split(/[\\/]/).includes('..')) return false;
  if (!isInHome) return !ofSystem.test(folder) && relative(folder, home).startsWith('..') && !/[\\/]\./.test(folder);
  return !below.split(sep).some((name) => name.startsWith('.')) && !/^(Library|AppData)$/i.test(below.split(sep)[0] ?? '');
}

/** A host that its words say was not found, and that it may not reach. */
export function hostNotGiven(text: string, hosts: readonly string[]): string | undefined {
  const host = firstOf(unreached, text)?.toLowerCase();
  const names = hosts.map((each) => each.replace(/:\d+$/, '').toLowerCase());
  const isGiven = (each: string): boolean =>
    each === '*' || each === host || (each.startsWith('*.') && host?.endsWith(each.slice(1)) === true);
  return names.some(isGiven) ? undefined : host;
}

/** After the rules about packages, whose installers run outside. */
export const notReached: Rule = (text, facts) => {
  if (facts.closed === undefined) return undefined;
  const host = hostNotGiven(text, facts.closed.hosts);
  if (host === undefined) return undefined;
  const allowed = facts.closed.hosts.length === 0 ? 'It has no network.' : 'That host is not among those it may reach.';
  return {
    wantsToReach: host,
    cause: 'sandbox',
    message: `It was not let through to ${host}, which it needs at its start. ${allowed}`,
    hint: `Add the host ${host} on its Permissions tab if it should reach it, then start it again.`,
  };
};
