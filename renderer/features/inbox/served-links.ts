// Where the workflow or the agent that a program's call is about stands, by the name of its line on the card. Pure.

import type { InboxRequest } from '../../../shared/model/grant.ts';
import { routes } from '../../shell/navigate.ts';

/** None for a tool that only gave itself these names: those never ask as `serve`. */
export function servedLinks({
  server,
  tool,
  args,
}: Pick<Extract<InboxRequest, { kind: 'approval' }>, 'server' | 'tool' | 'args'>): Record<string, string> {
  if (server !== 'orrery' || tool !== 'serve' || args.kind !== 'serve') return {};
  const given = args.args !== null && typeof args.args === 'object' && !Array.isArray(args.args) ? args.args : {};
  if (args.tool === 'run_workflow' && typeof given.workflow === 'string') return { Workflow: routes.workflows(given.workflow) };
  if (args.tool === 'ask_agent' && typeof given.agent === 'string') return { Agent: routes.agents(given.agent) };
  return {};
}
