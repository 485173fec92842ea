// Which files and addresses a call of any tool names, for the conditions of grants. Tools that others wrote name them as they like and
// several at once, so everything that could be one counts: a grant for a folder holds for none that it cannot see whole. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { hostOf, pathKeys } from './reach.ts';
import { decodings, otherHost } from './spellings.ts';

export interface Touched {
  paths: string[];
  hosts: string[];
  /** It also touches what lies below a path that it names. */
  isDeep: boolean;
}

/** Of our own tools: these look at one thing, not at what lies below it. */
const shallowTools: ReadonlySet<string> = new Set(['list_folder', 'file_info', 'create_folder']);

const pathName =
  /^(?:.*[_-])?(?:paths?|files?|file_?names?|folders?|dirs?|director(?:y|ies)|sources?|src|destinations?|dest|dst|targets?|from|to|roots?|cwd|repos?|repositor(?:y|ies))$/i;
const hostName = /^(?:.*[_-])?(?:hosts?|host_?names?|domains?|urls?|uris?|endpoints?|address(?:es)?|servers?|websites?|links?)$/i;
/** What is written or looked for, not where. */
const contentName = /^(?:contents?|text|body|message|data|code|query|pattern|(?:old|new)_?(?:text|str|string|content)|description|title)$/i;

export function touchedBy(args: JsonObject, { builtIn, name }: { builtIn: boolean; name: string }): Touched {
  if (builtIn)
    return {
      paths: pathKeys.flatMap((key) => (typeof args[key] === 'string' ? [args[key]] : [])),
      hosts: typeof args.url === 'string' ? [hostOf(args.url)] : [],
      isDeep: !shallowTools.has(name) || args.recursive === true,
    };
  const found: Touched = { paths: [], hosts: [], isDeep: true };
  look(args, '', found, 0);
  return found;
}

const maxDepth = 32;

function look(value: JsonValue, name: string, found: Touched, depth: number): void {
  if (typeof value === 'string') sort(value, name, found);
  if (value === null || typeof value !== 'object') return;
  if (depth >= maxDepth) {
    // Deeper than anybody names a file: it is not told, so nothing holds.
    found.paths.push('');
    found.hosts.push('');
    return;
  }
  if (Array.isArray(value)) for (const each of value) look(each, name, found, depth + 1);
  else for (const [key, each] of Object.entries(value)) look(each, camelToSnake(key), found, depth + 1);
}

const camelToSnake = (key: string): string => (/[A-Z]/.test(key) ? key.replace(/([a-z0-9])([A-Z])/g, '$1_$2') : key);

function sort(text: string, name: string, found: Touched): void {
  if (contentName.test(name)) return;
  const scheme = /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') addPath(text.trim().slice('file://'.length), found);
  else if (scheme !== undefined) addHost(text, found);
  else if (hostName.test(name)) addHost(`https://${text.trim()}`, found);
  else if (pathName.test(name) || /^(?:[/\\~]|[A-Za-z]:[\\/]|\.\.?(?:[/\\]|$))/.test(text)) addPath(text, found);
}

/** Also as it is when its reader decodes it. */
function addPath(path: string, { paths }: Touched): void {
  const { all, isEndless } = decodings(path);
  paths.push(...all, ...(isEndless ? [''] : []));
}

/** Programs differ in where an odd address leads: all of these count. */
function addHost(address: string, { hosts }: Touched): void {
  hosts.push(hostOf(address.trim()));
  const other = otherHost(address);
  if (other !== undefined) hosts.push(other, '');
}
