// Programs that use Orrery over the real engine, policy, inbox and a real SQLite file; agents are scripted. `restart` is a new start of the
// host on the same data, without an end of the one before.

import { onTestFinished } from 'vitest';
import { builtInNodes } from '../../electron/runtime/nodes/nodes.generated.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import { createPolicy, type PolicyService } from '../../electron/runtime/policy/create-policy.ts';
import { noteChat } from '../../electron/runtime/policy/program-spending.ts';
import type { Files, Ports } from '../../electron/runtime/ports.ts';
import type { CallOptions, Clients } from '../../electron/runtime/serve/client-session.ts';
import { type ClientsDeps, createClients } from '../../electron/runtime/serve/clients.ts';
import type { Agents } from '../../electron/runtime/services.ts';
import type { Agent } from '../../shared/model/agent.ts';
import type { NewAuditEntry } from '../../shared/model/audit.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { AgentId, ConversationId, WorkflowId } from '../../shared/model/ids.ts';
import { graph, type NodeSketch, openLab, until } from './engine-lab.ts';

export const ada: Agent = {
  ...{ id: 'a1' as AgentId, name: 'Ada', character: 'You sort letters.', model: 'ollama/small', tools: [] },
  ...{ grant: { tools: [], folders: [] }, maxSteps: 5, createdAt: 1, updatedAt: 1 },
};

export function openServing(over: { agents?: Partial<Agents>; ports?: Partial<Ports> } = {}) {
  const written: string[] = [];
  const files = {
    writeText: async (path: string) => {
      written.push(path);
      return { path, bytes: 1 };
    },
  } as unknown as Files;
  const tools = { tools: () => [], servers: () => [], onChange: () => () => undefined } as unknown as Ports['tools'];
  const lab = openLab(builtInNodes, { files, tools, ...over.ports }, { agents: () => over.agents as Agents });
  const entries: NewAuditEntry[] = [];
  const audit = { record: (entry: NewAuditEntry) => void entries.push(entry), begin: () => () => undefined };
  let clients: Clients;
  let policy: PolicyService;
  const start = (): void => {
    const { engine, hub, inbox, ports } = lab.lab;
    const registry = createRegistry({ nodes: builtInNodes, toolHost: ports.tools });
    policy = createPolicy({ ports, inbox, audit, registry });
    const services = {
      ...{ engine, hub, inbox, audit, policy, taints: policy.taints, agents: over.agents },
      noteChat: (conversation: ConversationId, grant: string | undefined) => noteChat(policy.programChats, conversation, grant),
      asClient: (_by: unknown, work: () => unknown) => work(),
    } as unknown as ClientsDeps['services'];
    const newToken = (): string => ports.ids.next();
    clients = createClients({ services, ports: Object.assign(Object.create(ports) as Ports, { newToken }), revokeGrants: () => undefined });
  };
  start();
  onTestFinished(async () => {
    await clients.close();
    policy.close();
    await lab.close();
  });
  const open = (): InboxItem[] => lab.lab.ports.store.inbox.list({ status: 'open', limit: 20 });
  return {
    lab,
    entries,
    written,
    get clients() {
      return clients;
    },
    get policy() {
      return policy;
    },
    get store() {
      return lab.lab.ports.store;
    },
    open,
    /** A program with a token, connected; the same one again when it comes once more. */
    program(name = 'Editor') {
      const token = `orrery-${name}`;
      lab.lab.ports.store.clients.put(name, 'token', lab.lab.ports.hash(token), 1);
      return clients.open({ name, token });
    },
    save(id: string, nodes: NodeSketch[], edges: string[] = []): void {
      const { workflows } = lab.lab.ports.store;
      const known = workflows.get(id as WorkflowId);
      const at = { id: id as WorkflowId, revision: (known?.revision ?? -1) + 1, createdAt: 1, updatedAt: 1 };
      const made = { ...graph(nodes, edges, `Workflow ${id}`), ...at };
      if (known === undefined) workflows.insert(made);
      else workflows.update(made, known.revision);
    },
    async asked(): Promise<InboxItem & { request: Extract<InboxItem['request'], { kind: 'approval' }> }> {
      await until(() => open().length === 1, 'it asks');
      const [item] = open();
      if (item?.request.kind !== 'approval') throw new Error('not an approval');
      return { ...item, request: item.request };
    },
    async answer(given: 'once' | 'always' | 'deny', choice?: 'exact' | 'tool') {
      const item = await this.asked();
      const said = { kind: 'approval' as const, answer: given, hash: item.request.hash, ...(choice === undefined ? {} : { choice }) };
      lab.lab.inbox.answer(item.id, said);
      return item.request;
    },
    async restart() {
      await lab.reopen();
      start();
      clients.start();
    },
  };
}

/** Options of a call that nobody watches. */
export const quietly = (signal = new AbortController().signal): CallOptions => ({ signal, progress: () => undefined });
