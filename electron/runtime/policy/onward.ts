// Where an allowed request is sent on to: a grant that allowed it for some hosts, or for one address, is not for others. Pure.

import type { PolicyDecision, StandingGrant } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
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
