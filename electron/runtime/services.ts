// The runtime's own parts, as the others see them. create-runtime.ts makes them; API handlers and node powers use them.

import type { Agent } from '../../shared/model/agent.ts';
import type { Agreed } from '../../shared/model/agreed-graph.ts';
import type { AuditActor, NewAuditEntry } from '../../shared/model/audit.ts';
import type { ChatEvent } from '../../shared/model/chat.ts';
import type { Grant, InboxAnswer, InboxItem, InboxRequest } from '../../shared/model/grant.ts';
import type { AgentId, ConversationId, DueId, InboxId, JobId, MessageId, RunId, ServerId, WorkflowId } from '../../shared/model/ids.ts';
import type { DueRun, Job } from '../../shared/model/job.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { MemorySource } from '../../shared/model/memory.ts';
import type { ProviderConfig, ProviderStatus } from '../../shared/model/model.ts';
import type { Effect, NodeDescriptor } from '../../shared/model/node-descriptor.ts';
import type { Action, PolicyDecision, Taint } from '../../shared/model/policy.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import type { ToolResult } from '../../shared/model/tool.ts';
import type { AnyNodeType } from './nodes/define-node.ts';
import type { ChangeRecorder, DueFilter, ModelEvent, ModelRequest, Ports, StoredJob } from './ports.ts';
import type { Engine, RunHub, RunQueue, RunSession, StepContext } from './run-services.ts';
import type { Clients } from './serve/client-session.ts';

export type * from './run-services.ts';

/** Known node types, and a palette entry for each tool found. */
export interface NodeRegistry {
  get(kind: string): AnyNodeType | undefined;
  descriptors(): NodeDescriptor[];
  /** Counts up when the descriptors change. */
  watch(signal: AbortSignal): AsyncIterable<{ version: number }>;
}

/** Starts workflows by themselves. */
export interface Jobs {
  list(workflow?: WorkflowId): Job[];
  get(id: JobId): Job;
  turnOn(request: { workflow: WorkflowId; node: string; grant: Grant; inputs: Record<string, JsonValue> }): Promise<Job>;
  turnOff(id: JobId): Promise<Job>;
  remove(id: JobId): Promise<void>;
  runNow(id: JobId): RunSummary;
  runMissed(id: DueId): RunSummary;
  listNext(filter: { job?: JobId | undefined; limit: number }): { job: JobId; title: string; at: number; isKept: boolean }[];
  listPast(filter: DueFilter): DueRun[];
  watch(signal: AbortSignal | undefined): AsyncIterable<Job[]>;
  onChange(listener: () => void): () => void;
  /** Is that the token of a hook that is on? Asked before anything of a request is read. */
  knowsWebhook(job: string, token: string): boolean;
  /** A request to `/hooks/<job>/<token>` of the headless host. Undefined: no such hook, or the wrong token. */
  webhook(
    job: string,
    token: string,
    request: { method: string; query: JsonObject; headers: JsonObject; body: JsonValue },
  ): Promise<{ run: RunId } | undefined>;
  getWebhook(id: JobId): { url: string; token: string };
  renewWebhook(id: JobId): { url: string; token: string };
  /** The stored job that a run was started by, for its grant. */
  find(id: JobId): StoredJob | undefined;
  /** Catches up on what was missed, then goes. */
  start(): void;
  close(): Promise<void>;
}

/** Questions that wait for a person; they survive restarts. */
export interface Inbox {
  /** Finds or makes the question for this step and waits for its answer. */
  ask(
    item: {
      run: RunId;
      step: string;
      title: string;
      agent?: AgentId;
      conversation?: ConversationId;
      job?: JobId;
      /** When it counts as denied or given up; approvals of unattended runs have one by the settings. */
      expiresAt?: number;
      request: InboxRequest;
      /** About the run and not about this step alone: its steps that ask the very same wait for one answer, and a later one gets it too. */
      isOfRun?: boolean;
    },
    context: Pick<StepContext, 'signal' | 'waiting' | 'answered'>,
  ): Promise<InboxAnswer>;
  /** The newest item of this step that was not withdrawn, for telling whether its effect can have begun. */
  findForStep(run: RunId, step: string): InboxItem | undefined;
  /** `alike`: further open questions that ask the very same; throws `approval-mismatch` when one of them does not. */
  answer(id: InboxId, answer: InboxAnswer, alike?: readonly InboxId[]): InboxItem;
  /** Nobody waits for an answer of this step any more. */
  withdraw(run: RunId, step: string): void;
  watch(signal: AbortSignal | undefined): AsyncIterable<InboxItem[]>;
  onChange(listener: () => void): () => void;
}

/** The append-only record. Never throws and never waits: what cannot be written is said in a banner. */
export interface Audit {
  record(entry: NewAuditEntry): void;
}
/** With what is done under a decision that allowed it. */
export interface ActionAudit extends Audit {
  /**
   * Takes why something is allowed that is about to be done, and gives the way to say what became of it. What ends within a moment is one
   * entry, which says both; of what takes longer the first is written before it has ended.
   */
  begin(allowed: NewAuditEntry): (ended: NewAuditEntry) => void;
}

/** Change sets: what runs and agents changed, with what was there before. */
export interface Undo {
  /** One recorder for one call or one change by somebody. The person's own changes are kept as well (revisions). */
  recorder(by: { actor: AuditActor; run?: RunId; runTitle?: string; step?: string; conversation?: ConversationId }): ChangeRecorder;
}

/**
 * The one gate for everything that is not a tool call (those go through the belt, which asks the same function): a server that
 * samples or starts, a secret that is used, a setting that is changed, a client that comes in.
 */
export interface Policy {
  /** Pure look: what would be said now, and why. Nothing is recorded or used up: this is the dry run. */
  explain(request: PolicyRequest): PolicyDecision;
  /** Decides, asks a person where it must and can, records. Throws `denied`. */
  require(
    request: PolicyRequest,
    context: { signal: AbortSignal } & Partial<Pick<StepContext, 'waiting' | 'answered'>>,
  ): Promise<PolicyDecision>;
  /** Of a program's call that was allowed just now: what it is about, as it was then. Undefined where `grant` is for any, and of other actions. */
  heldTo(action: Action, grant: string | undefined): Agreed | undefined;
}
export interface PolicyRequest {
  actor: Actor | { kind: 'server'; server: ServerId; title: string } | { kind: 'client'; client: string };
  action: Action;
  /** The run and step in which it happens, for its grant, its labels and where a question waits. */
  run?: { id: RunId; title: string; grant: Grant };
  step?: string;
  /** Something that the person set up allows it already, in words, where the caller knows that best. */
  setUp?: string;
  /** What was read that is in no journal, such as the prompt of a server. */
  taints?: readonly Taint[];
}

/** Labels of what a run has read so far: they follow from its journal, so that a restart knows them too. */
export interface Taints {
  of(run: RunId): readonly Taint[];
  add(run: RunId, taint: Taint): void;
}

export type Actor =
  | { kind: 'person' }
  /** The tool is fixed in a graph that the person started. */
  | { kind: 'workflow' }
  /** The tool is fixed in a graph that started by itself: only the job's grant allows it, everything else asks. */
  | { kind: 'job'; job: JobId; title: string }
  | { kind: 'agent'; agent: Agent; conversation?: ConversationId };

/** The tool boundary: policy, approval, secrets by handle, call, redaction. The only way to a tool. */
export interface ToolBelt {
  call(request: {
    actor: Actor;
    server: string;
    tool: string;
    args: JsonObject;
    run: { id: RunId; title: string; grant: Grant } | undefined;
    step: string;
    source: MemorySource;
    /** In a graph: the address it goes to is worked out from data, not written in the graph or given by the person. */
    receiverFromData?: boolean;
    context: Pick<StepContext, 'signal' | 'waiting' | 'answered'> &
      Partial<Pick<StepContext, 'progress' | 'idempotencyKey' | 'attempt' | 'begins'>>;
  }): Promise<ToolResult>;
  /** `none` for tools known to be read-only, `idempotent`, or `once`; what a crash in the middle means. */
  effectOf(server: string, tool: string): Effect;
}

export interface ModelService {
  /** Known providers; asks them when `refresh` or never asked. */
  statuses(refresh: boolean): Promise<ProviderStatus[]>;
  test(config: ProviderConfig): Promise<ProviderStatus>;
  /** The model to use: the one named, else the default, else the first that is there. Throws `no-model` with what to do next. */
  resolve(ref: string | undefined): Promise<{ ref: string; config: ProviderConfig; model: string }>;
  chat(ref: string | undefined, request: Omit<ModelRequest, 'model'>): AsyncIterable<ModelEvent>;
  label(): { label: string; state: 'ready' | 'missing' | 'checking' };
  onChange(listener: () => void): () => void;
}

/** Runs agent turns, in conversations and inside workflows. */
export interface Agents {
  /** A turn as one step of a workflow; its own model and tool calls are steps below `step`. */
  runTask(
    session: RunSession,
    step: string,
    request: { agent: string; task: string; signal: AbortSignal; progress: StepContext['progress'] },
  ): Promise<{ text: string }>;
  /**
   * `as`: the message's id, where it follows from what sends it, so that it is not sent twice. `attached`: ids of what was attached for it.
   * Throws `attachment-gone`.
   */
  send(conversation: ConversationId, text: string, as?: MessageId, attached?: readonly string[]): Promise<{ message: MessageId }>;
  stop(conversation: ConversationId): Promise<void>;
  retry(conversation: ConversationId): Promise<void>;
  editAndResend(conversation: ConversationId, message: MessageId, text: string): Promise<void>;
  watch(conversation: ConversationId, signal: AbortSignal | undefined): AsyncIterable<ChatEvent[]>;
  /** A turn of a chat once more from its record alone; gives its run when that has ended. Throws `run-not-replayable`. */
  replayTurn(run: RunId, by: 'desktop' | 'headless' | 'cli'): Promise<RunSummary>;
  resumeUnfinished(): void;
  close(): Promise<void>;
}

export interface SettingsService {
  get(): Settings;
  change(patch: SettingsPatch): Settings;
  watch(signal: AbortSignal | undefined): AsyncIterable<Settings>;
  onChange(listener: (settings: Settings) => void): () => void;
}

export interface Services {
  ports: Ports;
  registry: NodeRegistry;
  hub: RunHub;
  engine: Engine;
  inbox: Inbox;
  belt: ToolBelt;
  models: ModelService;
  agents: Agents;
  settings: SettingsService;
  queue: RunQueue;
  jobs: Jobs;
  policy: Policy;
  taints: Taints;
  audit: Audit;
  undo: Undo;
  clients: Clients;
}
