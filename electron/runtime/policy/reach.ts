// Which folders and hosts a call reaches, read from its arguments, for judging it against a job's grant. Pure. A path that cannot be
// judged by its text alone (relative, with `..`) is outside; what a link leads to is refused later, by the files port itself.

import type { Grant } from '../../../shared/model/grant.ts';
import type { JsonObject } from '../../../shared/model/json.ts';

/** What a call of a built-in tool touches beyond the app; undefined when it touches neither files nor the network. */
export type Reach = { kind: 'files'; paths: string[] } | { kind: 'web'; host: string };

export const pathKeys = ['path', 'from', 'to'] as const;

export function reachOf(server: string, args: JsonObject): Reach | undefined {
  if (server === 'files') {
    const paths = pathKeys.flatMap((key) => (typeof args[key] === 'string' ? [args[key]] : []));
    return paths.length === 0 ? undefined : { kind: 'files', paths };
  }
  if (server === 'web' && typeof args.url === 'string') return { kind: 'web', host: hostOf(args.url) };
  return undefined;
}

/** Lower case, with its port where it is not the usual one; empty when the text is no address. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return '';
  const { hostname, port } = new URL(url);
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();
  return port === '' ? host : `${host}:${port}`;
}

export function isWithin(reach: Reach, grant: Pick<Grant, 'folders' | 'hosts'>): boolean {
  if (reach.kind === 'web') return reach.host !== '' && isHostListed(reach.host, grant.hosts ?? []);
  return (
    reach.paths.length > 0 &&
    grant.folders.length > 0 &&
    reach.paths.every((path) => isRelative(path) || grant.folders.some((folder) => isInside(folder, path)))
  );
}

/** Names, `*.example.com`, each also with its port; `*` is any public host, which the network port goes on to check. */
export function isHostListed(host: string, hosts: readonly string[]): boolean {
  const bare = host.replace(/:\d+$/, '');
  return hosts.some((each) => {
    const entry = asciiHost(each.trim().toLowerCase());
    return entry === '*' || entry === host || entry === bare || (entry.startsWith('*.') && bare.endsWith(entry.slice(1)));
  });
}

/** As an address says it: `bücher.example` is `xn--bcher-kva.example` there. */
function asciiHost(entry: string): string {
  if (/^[\x21-\x7e]*$/.test(entry)) return entry.replace(/\.+$/, '');
  const star = entry.startsWith('*.') ? '*.' : '';
  const host = hostOf(`https://${entry.slice(star.length)}`);
  return host === '' ? entry : star + host;
}

/** A relative path starts in the first allowed folder. */
const isRelative = (path: string): boolean => path !== '' && !/^[/\\~]|^[A-Za-z]:/.test(path) && !parts(path).includes('..');

const parts = (path: string): string[] => path.split(/[\\/]+/);
export const isPlain = (path: string): boolean =>
  /^(\/|[A-Za-z]:[\\/])/.test(path) && !path.includes('\0') && !parts(path).some((part) => /^\s*\.{1,2}\s*$/.test(part));

export function isInside(folder: string, path: string): boolean {
  if (!isPlain(folder) || !isPlain(path)) return false;
  const outer = parts(folder).filter((part, at) => part !== '' || at === 0);
  const inner = parts(path);
  return outer.length <= inner.length && outer.every((part, at) => part === inner[at]);
}

/** These are given a folder and work on what is in it; every other one is given a file. */
const folderTools: ReadonlySet<string> = new Set(['list_folder', 'search_text', 'create_folder']);

/** The folders that an approval of exactly this call opens. */
export function foldersFor(tool: string, reach: Reach): string[] {
  if (reach.kind !== 'files') return [];
  return [...new Set(reach.paths.map((path) => (folderTools.has(tool) ? path : folderOf(path))))];
}

function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut <= 0 ? path : path.slice(0, cut);
}

/** Hosts that a request may be led on to: those granted and the one that was approved, as far as the settings allow them. */
export function hostsFor(granted: readonly string[], approved: string | undefined, allowed: readonly string[]): string[] {
  const wanted = [...new Set(approved === undefined ? granted : [...granted, approved])];
  const named = allowed.filter((each) => each.trim() !== '*');
  // What is nearby is reached only when the settings name it, whatever a grant says.
  if (named.length < allowed.length) return wanted.filter((host) => !isNearby(host) || isHostListed(host.toLowerCase(), named));
  return wanted.includes('*') ? named : wanted.filter((host) => isHostListed(host.toLowerCase(), named));
}

const isNearby = (entry: string): boolean => {
  const host = entry.toLowerCase().replace(/:\d+$/, '');
  if (entry === '*' || entry.startsWith('*.')) return false;
  return (
    entry.split(':').length > 2 ||
    !host.includes('.') ||
    /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(host) ||
    /\.(localhost|local|lan|home|internal|home\.arpa|intranet|corp)$/.test(host)
  );
};
