// Ports in, contract handlers out. The parts know one another only through services.ts; those that need each other get a
// function that finds the other when it is called.

import { isCancelled } from '../../shared/errors.ts';
import { type AgentsService, createAgents } from './agent/conversations.ts';
import { createModelService } from './agent/models.ts';
import { agentsApi } from './api/agents.api.ts';
import { appApi } from './api/app.api.ts';
import { auditApi } from './api/audit.api.ts';
import { chatApi } from './api/chat.api.ts';
import { clientsApi } from './api/clients.api.ts';
import { inboxApi } from './api/inbox.api.ts';
import { jobsApi } from './api/jobs.api.ts';
import { memoryApi } from './api/memory.api.ts';
import { modelsApi } from './api/models.api.ts';
import { policyApi } from './api/policy.api.ts';
import { queueApi } from './api/queue.api.ts';
import { runsApi } from './api/runs.api.ts';
import { serversApi } from './api/servers.api.ts';
import { settingsApi } from './api/settings.api.ts';
import { startStoredServers, toolsApi } from './api/tools.api.ts';
import { undoApi } from './api/undo.api.ts';
import { vaultApi } from './api/vault.api.ts';
import { workflowsApi } from './api/workflows.api.ts';
import { type AuditService, createAudit } from './audit/audit.ts';
import { watchServers } from './audit/server-watch.ts';
import { createAuditViews } from './audit/views.ts';
import { createDeeds, type TellDeeds } from './deeds/tell-deeds.ts';
import { createEngine } from './engine/create-engine.ts';
import { createRunQueue } from './engine/queue.ts';
import { createRunHub } from './engine/run-hub.ts';
import { createInbox } from './inbox.ts';
import type { AnyNodeType } from './nodes/define-node.ts';
import { builtInNodes } from './nodes/nodes.generated.ts';
import { createRegistry } from './nodes/registry.ts';
import { createPolicy, type PolicyService } from './policy/create-policy.ts';
import { noteChat } from './policy/program-spending.ts';
import { withSpending } from './policy/spending.ts';
import type { Ports } from './ports.ts';
import { createRetention } from './retention.ts';
import { createClients } from './serve/clients.ts';
import type { Services } from './services.ts';
import { createSettings } from './settings.ts';
import { createStatus, type StatusService } from './status.ts';
import { createToolBelt } from './tools/belt.ts';
import { createServerReads, type ServerReads } from './tools/server-reads.ts';
import { createServerRequests } from './tools/server-requests.ts';
import { createJobs } from './triggers/jobs.ts';
import { watchedWorkflows } from './triggers/watched-workflows.ts';
import { prepareUndo } from './undo/prepare-undo.ts';
import { createUndo, type UndoService } from './undo/undo.ts';
import { anchoredVault } from './vault/anchored-vault.ts';
import { createAutoLock } from './vault/auto-lock.ts';
import { endHolders } from './vault/end-lost.ts';
import { endingVault } from './vault/ending-vault.ts';
import { recordUses } from './vault/record-uses.ts';
import { recordedVault } from './vault/recorded-vault.ts';

export interface RuntimeOptions {
  ports: Ports;
  /** Node types beyond the built-in ones. */
  nodes?: readonly AnyNodeType[];
}

export interface Runtime {
  services: Services;
  status: StatusService;
  /** Handlers of every area of the contract but `shell`, which is the host's. */
  handlers: ReturnType<typeof makeHandlers>;
  audit: AuditService;
  /** For the context of each call: what the person does is written down. */
  deeds: TellDeeds;
  /** The computer goes to sleep or its screen is locked: the vault may have to close. */
  onAway(why: 'sleep' | 'screen-lock'): Promise<boolean>;
  /** Starts stored tool servers and takes up unfinished work. */
  start(): void;
  /** Puts unfinished work aside for the next start. The audit goes on until it is closed by itself, before the store. */
  close(): Promise<void>;
}

/** What the first page needs goes first. */
const modelsAfterMs = 500;

export function createRuntime({ ports: given, nodes = [] }: RuntimeOptions): Runtime {
  // Jobs follow their workflows, whoever saves them.
  const workflows = watchedWorkflows(given.store.workflows, (id) => jobs.workflowChanged(id));
  // What is changed is written down first, whoever changes it.
  const undoParts = prepareUndo(given, { ...given.store, workflows }, (entry) => audit.record(entry));
  const recorded = recordedVault(
    anchoredVault(given.vault, () => audit.anchor()),
    { ...undoParts.record, by: undoParts.recorded.by },
  );
  const { store } = undoParts.recorded;
  const vault = endingVault(recorded, (name) => endHolders({ store, tools: given.tools }, name, given.log));
  const ports: Ports = { ...given, store, vault };
  const settings = createSettings(ports.store.settings);
  const audit = createAudit({ ports, settings });
  const hub = createRunHub({ runs: ports.store.runs, log: ports.log });
  const inbox = createInbox({ store: ports.store, clock: ports.clock, ids: ports.ids, log: ports.log, hub, settings, audit });
  const models = withSpending(createModelService({ settings, providers: ports.models, clock: ports.clock }), {
    ports,
    policy: () => policy,
  });
  const undo = createUndo({ ports, ...undoParts, settings: () => settings, jobs: () => jobs, clients: () => clients });
  const registry = createRegistry({ nodes: [...builtInNodes, ...nodes], toolHost: ports.tools });
  const policy = createPolicy({ ports, inbox, audit, registry });
  ports.tools.serve(createServerRequests({ ports, policy, models, inbox, audit }));
  const belt = createToolBelt({ ports, inbox, settings, undo, policy });
  const services: Services = {} as Services;
  const queue = createRunQueue({
    settings,
    runs: ports.store.runs,
    priorities: ports.store.priorities,
    clock: ports.clock,
    log: ports.log,
    progressOf: (id) => services.engine.progressOf(id),
  });
  const engine = createEngine({ ports, registry, hub, queue, inbox, belt, models, settings, undo, policy, agents: () => services.agents });
  const reads = createServerReads({ ...ports, audit });
  const agents = createAgents({ ports, hub, openSession: engine.openSession, belt, models, settings, reads });
  const jobs = createJobs({ ports, registry, engine, hub, inbox, audit });
  const clients = createClients({
    services: {
      engine,
      agents,
      hub,
      inbox,
      audit,
      policy,
      taints: policy.taints,
      noteChat: (conversation, grant) => noteChat(policy.programChats, conversation, grant),
      asClient: ({ client, ...at }, work) => undo.as({ actor: { kind: 'client', name: client }, ...at }, work),
    },
    ports,
    revokeGrants(client) {
      for (const grant of policy.grants.list())
        if (grant.subject.kind === 'client' && grant.subject.client === client && grant.revokedAt === undefined)
          policy.grants.setRevoked(grant.id, true);
    },
  });
  Object.assign(services, {
    ports,
    registry,
    hub,
    engine,
    inbox,
    belt,
    models,
    agents,
    settings,
    queue,
    jobs,
    audit,
    undo,
    policy,
    taints: policy.taints,
    clients,
  } satisfies Services);
  const autoLock = createAutoLock({ vault: ports.vault, settings, clock: ports.clock, log: ports.log, audit });
  recordUses(ports.vault, audit);
  const status = createStatus(services);
  const ending = new AbortController();
  const retention = createRetention({
    runs: ports.store.runs,
    changes: ports.store.changes,
    settings,
    clock: ports.clock,
    log: ports.log,
    audit,
  });

  return {
    services,
    status,
    audit,
    deeds: createDeeds({ store: ports.store, audit, log: ports.log }),
    onAway: autoLock.onAway,
    handlers: makeHandlers({ ...services, agents, undo, audit, policy, reads }, status),
    start() {
      audit.start();
      // Until the host has ended the last of them, which is after the runtime is closed.
      watchServers(ports.tools, audit.record);
      undo
        .start()
        .catch((error: unknown) => ports.log.error('Changes left by the last start could not be looked at', { error: String(error) }));
      startStoredServers(ports);
      engine.resumeUnfinished();
      agents.resumeUnfinished();
      retention.start();
      jobs.start();
      clients.start([undoParts.changes.follow(ending.signal), policy.grants.watch(ending.signal)]);
      autoLock.start();
      // Asked once in the background, so that the status bar can say which model is there; a page that comes first asks by itself.
      ports.clock
        .sleep(modelsAfterMs, ending.signal)
        .then(() => models.statuses(false))
        .catch((error: unknown) => {
          if (!isCancelled(error)) ports.log.warn('The model servers could not be asked', { error: String(error) });
        });
    },
    async close() {
      ending.abort();
      autoLock.close();
      status.close();
      retention.close();
      inbox.close();
      policy.close();
      await jobs.close();
      await clients.close();
      // Both to their end, also when the disk refuses what one of them has left: nothing may run on a closed store.
      const ends = await Promise.allSettled([engine.close(), agents.close(), undo.close()]);
      await ports.store.runs.flush();
      audit.settle();
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}

const makeHandlers = (
  services: Services & { agents: AgentsService; undo: UndoService; audit: AuditService; policy: PolicyService; reads: ServerReads },
  status: StatusService,
) => ({
  app: appApi({ ports: services.ports, status }),
  workflows: workflowsApi(services),
  runs: runsApi(services),
  queue: queueApi(services),
  jobs: jobsApi(services),
  clients: clientsApi({ clients: services.clients, address: () => services.ports.webhooks.origin() }),
  inbox: inboxApi(services),
  policy: policyApi(services),
  chat: chatApi(services),
  agents: agentsApi(services.ports),
  models: modelsApi(services),
  tools: toolsApi(services),
  servers: serversApi(services),
  memory: memoryApi(services.ports),
  undo: undoApi(services),
  vault: vaultApi(services),
  settings: settingsApi(services),
  audit: auditApi({ audit: services.audit, views: createAuditViews(services), ports: services.ports }),
});
