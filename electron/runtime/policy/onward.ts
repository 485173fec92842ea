// Where an allowed request is sent on to: a grant that allowed it for some hosts, or for one address, is not for others, and what a person
// allowed for once is what they were shown. Pure.

import type { PolicyDecision, StandingGrant } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { oneLine } from './action-words.ts';
import { hostOf } from './reach.ts';

interface Onward {
  tool: Pick<ToolInfo, 'server' | 'name'>;
  /** What would be said to a call of that address itself. */
  decision: PolicyDecision;
  from: string;
  to: string;
}

/** In words; undefined when the grant names no addresses, or is for that one too. */
export function onwardFault(grant: StandingGrant | undefined, { tool, decision, from, to }: Onward): string | undefined {
  const { hosts, args } = grant?.conditions ?? {};
  const isNarrow = grant?.effect === 'allow' && (hosts !== undefined || args?.url !== undefined);
  // That it is called too often was said of the first address.
  const isAllowed = decision.outcome === 'allow' || decision.rule === 'too-many-calls';
  if (!isNarrow || isAllowed || decision.outcome === 'deny') return undefined;
  const host = hostOf(to);
  if (hosts === undefined && host === hostOf(from)) return undefined;
  return `${hostOf(from)} sends the request on to ${host === '' ? 'another address' : host}, and your grant for ${tool.server}.${tool.name} is not for that.`;
}

/**
 * Of a request that a person allowed for once, in words. Undefined where it stays at the origin that they were shown (also with TLS now),
 * or where a request to the other one would not be asked about at all.
 */
export function onceFault({ decision, from, to }: Omit<Onward, 'tool'>): string | undefined {
  if (decision.outcome === 'allow' || isSameOrigin(from, to)) return undefined;
  return `${hostOf(from)} sends the request on to ${originOf(to)}, and that is not what you allowed.`;
}

export const onceHint = (to: string): string => `Call ${oneLine(to).slice(0, 500)} itself: you are asked about that address.`;

const originOf = (address: string): string => (URL.canParse(address) ? new URL(address).origin : 'another address');

function isSameOrigin(from: string, to: string): boolean {
  if (!URL.canParse(from) || !URL.canParse(to)) return false;
  const [first, next] = [new URL(from), new URL(to)];
  const isUpgraded = first.protocol === 'http:' && next.protocol === 'https:' && first.port === '' && next.port === '';
  return first.hostname === next.hostname && (first.origin === next.origin || isUpgraded);
}
