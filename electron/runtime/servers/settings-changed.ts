// What differs between the settings of a server that a change was made from and those that are kept now, in words for people. Values of
// variables and headers may be secret and are never said.

import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { canonicalJson } from '../policy/canonical.ts';

const same = (one: unknown, other: unknown): boolean => canonicalJson(one as JsonValue) === canonicalJson(other as JsonValue);
/** Beyond these the rest is counted. */
const maxLines = 6;

/** One line for each thing that is different now: “it may write /x now”, “its program is another one”. None when nothing is. */
export function settingsChanges(was: ServerConfig, now: ServerConfig): string[] {
  const [had, has] = [powers(was), powers(now)];
  return [
    ...has.filter((each) => !had.includes(each)).map((each) => `${each} now`),
    ...had.filter((each) => !has.includes(each)).map((each) => `no longer: ${each}`),
    ...plain.flatMap(([words, of]) => (same(of(was), of(now)) ? [] : [words(now)])),
    ...named('the variable', was.env, now.env),
    ...named('the header', was.headers ?? {}, now.headers ?? {}),
  ];
}

const powers = ({ reach }: ServerConfig): string[] => [
  ...(reach?.folders ?? []).map(({ path, write }) => `it may ${write ? 'read and write' : 'read'} ${path}`),
  ...(reach?.hosts ?? []).map((host) => `it may reach ${host === '*' ? 'every public host' : host}`),
  ...(reach?.roots ?? []).map((path) => `it is told of the folder ${path}`),
];

const plain: readonly (readonly [words: (now: ServerConfig) => string, of: (config: ServerConfig) => unknown])[] = [
  [({ reach }) => `its sandbox is ${reach?.sandbox ?? 'not chosen'}`, ({ reach }) => reach?.sandbox],
  [({ reach }) => `it may use ${reach?.samplingTokens ?? 0} tokens of your model a day`, ({ reach }) => reach?.samplingTokens ?? 0],
  [({ enabled }) => `it is switched ${enabled ? 'on' : 'off'}`, ({ enabled }) => enabled],
  [({ title }) => `its name is “${title}”`, ({ title }) => title],
  [() => 'its program or how it is started is another one', ({ command, args, transport }) => [command, args, transport ?? 'stdio']],
  [({ cwd }) => (cwd === undefined ? 'it has no working folder' : `its working folder is ${cwd}`), ({ cwd }) => cwd],
  [() => 'its address is another one', ({ url }) => url],
  [() => 'how it signs in is another', ({ oauth }) => oauth],
  [() => 'where it came from is another', ({ source }) => source],
];

function named(kind: string, was: Record<string, unknown>, now: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [had, has] = [Object.hasOwn(was, name), Object.hasOwn(now, name)];
    if (!has) return [`${kind} ${name} is gone`];
    if (!had) return [`${kind} ${name} is new`];
    return same(was[name], now[name]) ? [] : [`${kind} ${name} is another`];
  });
}

/** A change made from settings that are no longer kept would take back, without a word, what was done meanwhile. Throws `server-changed`. */
export function refuseStale(was: ServerConfig | undefined, now: ServerConfig): void {
  if (was === undefined || same(was, now)) return;
  const changes = settingsChanges(was, now);
  const shown = changes.slice(0, maxLines).map((each) => (each.length > 300 ? `${each.slice(0, 300)}…` : each));
  const more = changes.length > shown.length ? [`and ${changes.length - shown.length} more`] : [];
  throw new AppError(
    'server-changed',
    `The settings of “${now.title}” were changed meanwhile, so nothing was saved: ${[...shown, ...more].join('; ') || 'they are kept in another form'}.`,
    { hint: 'Look at them as they are now, and make your change again.', retryable: true, details: { changes: shown } },
  );
}
