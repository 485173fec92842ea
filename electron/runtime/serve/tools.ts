// What Orrery offers other programs: its workflows, its memory, its agents.

import { agentTools } from './agent-tools.ts';
import { memoryTools } from './memory-tools.ts';
import type { ServeDeps, Served } from './served.ts';
import { workflowTools } from './workflow-tools.ts';

export const servedTools = (deps: ServeDeps): Served[] => [...workflowTools(deps), ...memoryTools(deps), ...agentTools(deps)];
