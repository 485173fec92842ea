// Labels of what a context has read, and the two rules that follow from them. Pure. Untrusted: others may have written it, and may try to
// instruct. Private: the person's own. Files and memory are both: anybody's text may lie in them.

import type { AttachmentPart } from '../../../shared/model/chat.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { hostOf, pathKeys } from './reach.ts';

type Label = Omit<Taint, 'at'>;

/** What is known of the server that a tool is of. */
export interface ServerFacts {
  builtIn: boolean;
  /** It was given a secret, a folder or an account: what it says may be the person's own. */
  hasPrivate: boolean;
}

/** What is in the context once the result of this call is. */
export function labelsOfCall(server: string, tool: string, args: JsonObject, { builtIn, hasPrivate }: ServerFacts): Label[] {
  const name = `${server}.${tool}`;
  if (!builtIn) return hasPrivate ? both(name) : [{ label: 'untrusted', from: name }];
  switch (server) {
    case 'web':
      return [
        { label: 'untrusted', from: `${name} of ${typeof args.url === 'string' ? hostOf(args.url) || args.url.slice(0, 80) : 'a page'}` },
      ];
    case 'files': {
      if (/^(write|create|move|delete|remove|rename)/.test(tool)) return [];
      const path = pathKeys.map((key) => args[key]).find((value) => typeof value === 'string');
      return both(path === undefined ? name : `${name} of ${path.slice(0, 200)}`, path);
    }
    case 'memory':
      return tool === 'remember' || tool === 'forget' ? [] : both(name);
    case 'system':
      return [];
    // A server of our own that this file does not know: the careful answer.
    default:
      return both(name);
  }
}

/** The person chose to put it in; who wrote it is the server all the same. */
export function labelsOfAttachment({ server, source, isPrivate }: AttachmentPart): Label[] {
  const from = `the ${source.kind} ${(source.kind === 'prompt' ? source.name : source.uri).slice(0, 200)} of ${server}`;
  return isPrivate ? both(from) : [{ label: 'untrusted', from }];
}

export const both = (from: string, path?: string): Label[] => [
  { label: 'untrusted', from, ...(path === undefined ? {} : { path }) },
  { label: 'private', from, ...(path === undefined ? {} : { path }) },
];

/** Whatever this call is given can leave this machine, or reach a program that others wrote. */
export const isOutward = (tool: Pick<ToolInfo, 'server'>, builtIn: boolean): boolean => !builtIn || tool.server === 'web';

export interface Danger {
  rule: 'untrusted-private-outward' | 'untrusted-destroys';
  reason: string;
  taints: Taint[];
}

/** Untrusted and private in one context, and something that can leave: asks, whatever a grant says. */
export function leak(who: string, where: string, taints: readonly Taint[]): Danger | undefined {
  const untrusted = taints.find((each) => each.label === 'untrusted');
  const secret = taints.find((each) => each.label === 'private');
  if (untrusted === undefined || secret === undefined) return undefined;
  const read =
    untrusted.from === secret.from
      ? `${who} has read ${untrusted.from}, which is yours and may hold words of others`
      : `${who} has read what others may have written (${untrusted.from}) and what is yours (${secret.from})`;
  return {
    rule: 'untrusted-private-outward',
    reason: `${read}; ${where} could take it out of this machine. This asks every time.`,
    taints: shownTaints(taints),
  };
}

/** Something that was there would be gone, after others may have had their say. A file is not kept from what it says itself. */
export function destruction(who: string, what: string, path: string | undefined, taints: readonly Taint[]): Danger | undefined {
  const others = taints.filter((each) => each.label === 'untrusted' && (path === undefined || each.path !== path));
  const [first] = others;
  if (first === undefined) return undefined;
  return {
    rule: 'untrusted-destroys',
    reason: `${who} has read what others may have written (${first.from}), and ${what}. This asks every time.`,
    taints: shownTaints(others),
  };
}

const shownTaints = (taints: readonly Taint[]): Taint[] => taints.slice(0, 20);
