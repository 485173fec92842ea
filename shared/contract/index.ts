// Every call and stream between UI and runtime, declared once. Carried over Electron message ports, a localhost WebSocket
// and an in-memory pair.

import { agentsContract } from './agents.contract.ts';
import { appContract } from './app.contract.ts';
import { auditContract } from './audit.contract.ts';
import { chatContract } from './chat.contract.ts';
import { clientsContract } from './clients.contract.ts';
import { inboxContract } from './inbox.contract.ts';
import { jobsContract } from './jobs.contract.ts';
import { memoryContract } from './memory.contract.ts';
import { modelsContract } from './models.contract.ts';
import { policyContract } from './policy.contract.ts';
import { queueContract } from './queue.contract.ts';
import { runsContract } from './runs.contract.ts';
import { serversContract } from './servers.contract.ts';
import { settingsContract } from './settings.contract.ts';
import { shellContract } from './shell.contract.ts';
import { toolsContract } from './tools.contract.ts';
import { undoContract } from './undo.contract.ts';
import { vaultContract } from './vault.contract.ts';
import { workflowsContract } from './workflows.contract.ts';

export const contract = {
  app: appContract,
  workflows: workflowsContract,
  runs: runsContract,
  jobs: jobsContract,
  queue: queueContract,
  clients: clientsContract,
  inbox: inboxContract,
  policy: policyContract,
  chat: chatContract,
  agents: agentsContract,
  models: modelsContract,
  tools: toolsContract,
  servers: serversContract,
  memory: memoryContract,
  undo: undoContract,
  vault: vaultContract,
  settings: settingsContract,
  audit: auditContract,
  shell: shellContract,
};
export type Contract = typeof contract;
