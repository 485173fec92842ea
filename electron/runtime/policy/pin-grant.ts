// Binds what a grant allows on servers that others wrote to the tools as they are now: a tool that changes, or appears, later asks.
// What a page says about pins is not believed.

import type { Grant, ToolGrant } from '../../../shared/model/grant.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import { isBuiltIn } from '../tools/find-tool.ts';
import { definitionHash } from './approvals.ts';

/** `before` is the grant that this one replaces: what was allowed there stays bound to what it was then. */
export function pinGrant(ports: Pick<Ports, 'tools' | 'hash'>, grant: Grant, before: Grant | undefined): Grant {
  const pin = ({ server, tool, effect }: ToolGrant): ToolGrant => {
    if (effect === 'deny' || isBuiltIn(ports.tools, server)) return { server, tool, effect };
    const earlier = before?.tools.find((each) => each.server === server && each.tool === tool && each.effect === 'allow')?.pins;
    // A server that was not running when it was granted has no pins yet.
    if (earlier !== undefined && Object.keys(earlier).length > 0) return { server, tool, effect, pins: earlier };
    const now = ports.tools.tools(server).filter((each) => tool === '*' || each.name === tool);
    return { server, tool, effect, pins: Object.fromEntries(now.map((each) => [each.name, definitionHash(ports.hash, each)])) };
  };
  return { ...grant, tools: grant.tools.map(pin) };
}

/** Does the grant hold for the tool as it is now? Grants without pins are of our own servers. */
export const isPinned = (grant: ToolGrant, tool: ToolInfo, definition: string): boolean =>
  grant.pins === undefined || (Object.hasOwn(grant.pins, tool.name) && grant.pins[tool.name] === definition);
