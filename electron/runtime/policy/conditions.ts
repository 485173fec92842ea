// Do the conditions of a standing grant hold for this action, now? Pure. A grant that allows must be shown to hold: what cannot be
// told does not hold. One that forbids holds also where a path could be written so that it is not told.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { GrantConditions, StandingGrant } from '../../../shared/model/policy.ts';
import { isHostListed, isInside, isPlain } from './reach.ts';
import { goesUp, readings, starLeadsAway } from './spellings.ts';

export interface Facts {
  /** Milliseconds since 1970. */
  now: number;
  /** Local minute of the day, 0–1439. */
  minute: number;
  args?: JsonObject;
  /** Files and folders that it touches, as they were written. */
  paths?: readonly string[];
  /** It also touches what lies below a path that it names. */
  isDeep?: boolean;
  /** Lower case, with its port where it is not the usual one. */
  host?: string;
  /** All that it names, where there can be several. */
  hosts?: readonly string[];
  /** Tokens of models that it would use. */
  tokens?: number;
  /** Uses of this grant in the last hour, and tokens in the last day. */
  used(grant: string): { lastHour: number; tokensToday: number };
}

/** Undefined when they all hold; else the one that does not, in words. */
export function whyNot(grant: StandingGrant, facts: Facts): string | undefined {
  if (grant.revokedAt !== undefined) return 'it was taken back';
  const { conditions } = grant;
  const isDeny = grant.effect === 'deny';
  return (
    timeFault(conditions, facts, isDeny) ??
    argsFault(conditions, facts, isDeny) ??
    foldersFault(conditions, facts, isDeny) ??
    hostsFault(conditions, facts, isDeny) ??
    (isDeny ? undefined : limitsFault(grant, facts))
  );
}

function timeFault({ until, hours }: GrantConditions, { now, minute }: Facts, isDeny: boolean): string | undefined {
  if (until !== undefined && now > until) return 'its time is over';
  if (hours === undefined) return undefined;
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)];
  // From 08:00 to 08:00 is a whole day or nothing: whichever lets less through.
  if (from === to && isDeny) return undefined;
  // From 22:00 to 06:00 is over midnight.
  const isIn = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  return isIn ? undefined : `it holds from ${hours.from} to ${hours.to} only`;
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

function argsFault({ args: patterns, noOtherArgs }: GrantConditions, { args }: Facts, isDeny: boolean): string | undefined {
  const other = noOtherArgs === true ? Object.keys(args ?? {}).find((name) => !Object.hasOwn(patterns ?? {}, name)) : undefined;
  if (other !== undefined) return `it is for calls without ${other.slice(0, 100)}`;
  for (const [name, pattern] of Object.entries(patterns ?? {})) {
    const value = args !== undefined && Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined || !isMeant(pattern, textOf(value), isDeny)) return `it is for another ${name}`;
  }
  return undefined;
}

/**
 * A star is not a way out of the folder or host before it: what it stands for leads elsewhere in no reading of what is allowed, and hides
 * nothing that is forbidden, where small and capital letters are the same.
 */
function isMeant(pattern: string, text: string, isDeny: boolean): boolean {
  if (isDeny) return matchesText(pattern, text) || readings(text).some((each) => matchesText(folded(pattern), folded(each)));
  if (!matchesText(pattern, text)) return false;
  return pattern === '*' || onlyText(pattern) !== undefined || !(goesUp(text) || starLeadsAway(pattern, text, matchesText));
}

export const textOf = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `*` stands for any run of characters, everything else for itself; `\*` and `\\` are the signs themselves. Linear in the number of stars. */
export function matchesText(pattern: string, text: string): boolean {
  const parts = splitAtStars(pattern);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** What the pattern stands for, when it stands for one text alone. */
export function onlyText(pattern: string): string | undefined {
  const parts = splitAtStars(pattern);
  return parts.length === 1 ? parts[0] : undefined;
}

function splitAtStars(pattern: string): string[] {
  const parts = [''];
  for (let i = 0; i < pattern.length; i += 1) {
    const sign = pattern[i] as string;
    const next = pattern[i + 1];
    if (sign === '*') parts.push('');
    else if (sign === '\\' && (next === '*' || next === '\\')) {
      parts[parts.length - 1] += next;
      i += 1;
    } else parts[parts.length - 1] += sign;
  }
  return parts;
}

/** A pattern that only this text fits. */
export const exactly = (text: string): string => text.replaceAll(/[\\*]/g, (sign) => `\\${sign}`);

function foldersFault({ folders }: GrantConditions, { paths = [], isDeep = false }: Facts, isDeny: boolean): string | undefined {
  if (folders === undefined) return undefined;
  const words = 'it is for other folders';
  if (isDeny) return paths.some((path) => !isPlain(path) || folders.some((folder) => couldMeet(folder, path, isDeep))) ? undefined : words;
  const isCovered = paths.length > 0 && paths.every((path) => folders.some((folder) => isInside(folder, path)));
  return isCovered ? undefined : words;
}

/** Some disks take large and small letters, and the two ways to write an accent, for the same. */
const folded = (path: string): string => path.normalize('NFC').toLowerCase();
function couldMeet(folder: string, path: string, isDeep: boolean): boolean {
  const [one, other] = [folded(folder), folded(path)];
  return isInside(one, other) || (isDeep && isInside(other, one));
}

function hostsFault({ hosts: listed }: GrantConditions, { host, hosts }: Facts, isDeny: boolean): string | undefined {
  if (listed === undefined) return undefined;
  const named = hosts ?? (host === undefined ? [] : [host]);
  const isListed = (each: string): boolean => each !== '' && isHostListed(each, listed);
  const isCovered = isDeny ? named.some(isListed) : named.length > 0 && named.every(isListed);
  return isCovered ? undefined : 'it is for other hosts';
}

function limitsFault({ id, conditions }: StandingGrant, { used, tokens = 0 }: Facts): string | undefined {
  const { perHour, tokensPerDay } = conditions;
  if (perHour === undefined && tokensPerDay === undefined) return undefined;
  const { lastHour, tokensToday } = used(id);
  if (perHour !== undefined && lastHour >= perHour) return `it was used ${lastHour} times within an hour, and may be ${perHour} times`;
  if (tokensPerDay !== undefined && tokensToday + tokens > tokensPerDay)
    return `it would use ${tokensToday + tokens} tokens of models in a day, and may use ${tokensPerDay}`;
  return undefined;
}
