// What a server may touch, as the form's fields and back. Pure.

import { secretHandle } from '../../../shared/model/secret-handle.ts';
import { reachNamed } from '../../../shared/model/server-reach.ts';
import type { ServerConfig, ServerReach } from '../../../shared/model/tool.ts';

export interface ReachDraft {
  isSandboxed: boolean;
  folders: ServerReach['folders'];
  /** One host a line. */
  hosts: string;
  roots: string[];
  samplingTokens: string;
}

export const draftOfReach = (reach: ServerReach): ReachDraft => ({
  isSandboxed: reach.sandbox === 'on',
  folders: reach.folders,
  hosts: reach.hosts.join('\n'),
  roots: reach.roots,
  samplingTokens: `${reach.samplingTokens}`,
});
export const draftOfConfig = (config: ServerConfig): ReachDraft => draftOfReach(config.reach ?? reachNamed(config));

/** Each line trimmed; an address is taken for its host. */
const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,]/)
      .map((line) => line.trim().toLowerCase())
      .filter((line) => line !== ''),
  ),
];

const hostName = /^(\*|(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?|\[[0-9a-f:]+\](:\d{1,5})?)$/;
export const badHost = (text: string): string | undefined => linesOf(text).find((host) => !hostName.test(host) || host.length > 253);

export const badTokens = (text: string): boolean => !/^\d{1,8}$/.test(text.trim()) || Number(text) > 10_000_000;

/** Undefined while something in it is wrong. */
export function reachOf(draft: ReachDraft): ServerReach | undefined {
  if (badHost(draft.hosts) !== undefined || badTokens(draft.samplingTokens)) return undefined;
  return {
    sandbox: draft.isSandboxed ? 'on' : 'off',
    folders: draft.folders,
    hosts: linesOf(draft.hosts),
    roots: draft.roots,
    samplingTokens: Number(draft.samplingTokens),
  };
}

/** Names of secrets a configuration hands over, each with the places. */
export function secretsOf(
  config: ServerConfig,
): { name: string; places: { kind: 'env' | 'args' | 'address' | 'header' | 'signIn'; name: string }[] }[] {
  const found = new Map<string, { kind: 'env' | 'args' | 'address' | 'header' | 'signIn'; name: string }[]>();
  const add = (secret: string, kind: 'env' | 'args' | 'address' | 'header' | 'signIn', name = ''): void => {
    const places = found.get(secret) ?? [];
    if (!places.some((each) => each.kind === kind && each.name === name)) places.push({ kind, name });
    found.set(secret, places);
  };
  const inText = (text: string, kind: 'env' | 'args' | 'address' | 'header', name = ''): void => {
    for (const [, secret = ''] of text.matchAll(secretHandle)) add(secret, kind, name);
  };
  for (const [kind, values] of [
    ['env', config.env],
    ['header', config.headers ?? {}],
  ] as const)
    for (const [name, value] of Object.entries(values)) 'secret' in value ? add(value.secret, kind, name) : inText(value.text, kind, name);
  for (const arg of config.args) inText(arg, 'args');
  inText(config.url ?? '', 'address');
  for (const secret of [config.oauth?.clientSecret, config.oauth?.privateKey]) if (secret !== undefined) add(secret, 'signIn');
  return [...found].map(([name, places]) => ({ name, places }));
}
