// The runtime's own parts, as the others see them. create-runtime.ts makes them; API handlers and node powers use them.

import type { Agent } from '../../shared/model/agent.ts';
import type { ChatEvent } from '../../shared/model/chat.ts';
import type { Grant, InboxAnswer, InboxItem, InboxRequest } from '../../shared/model/grant.ts';
import type { AgentId, ConversationId, InboxId, MessageId, RunId, WorkflowId } from '../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { MemorySource } from '../../shared/model/memory.ts';
import type { ProviderConfig, ProviderStatus } from '../../shared/model/model.ts';
import type { Effect, NodeDescriptor } from '../../shared/model/node-descriptor.ts';
import type { RunEvent, RunOrigin, RunSummary, SequencedEvent } from '../../shared/model/run.ts';
import type { Settings, SettingsPatch } from '../../shared/model/settings.ts';
import type { ToolResult } from '../../shared/model/tool.ts';
import type { Complaint, RetryPolicy, WorkflowDocument } from '../../shared/model/workflow.ts';
import type { AnyNodeType } from './nodes/define-node.ts';
import type { ModelEvent, ModelRequest, NewRun, Ports } from './ports.ts';

/** Known node types, and a palette entry for each tool found. */
export interface NodeRegistry {
  get(kind: string): AnyNodeType | undefined;
  descriptors(): NodeDescriptor[];
  /** Counts up when the descriptors change. */
  watch(signal: AbortSignal): AsyncIterable<{ version: number }>;
}

/** Records runs' events and tells those who watch. Every run, of a workflow or of a turn, goes through it. */
export interface RunHub {
  create(run: NewRun): RunSummary;
  /** Kept and sent. Settles when it is on disk; watchers see it only then. */
  record(id: RunId, event: RunEvent): Promise<void>;
  /** Only sent (seq 0): progress, starts of pure steps. */
  emit(id: RunId, event: RunEvent): void;
  /** Kept events after `after`, then live ones; ends with the run. */
  watch(id: RunId, after: number, signal: AbortSignal | undefined): AsyncIterable<SequencedEvent[]>;
  watchList(signal: AbortSignal | undefined): AsyncIterable<RunSummary[]>;
  onChange(listener: (run: RunSummary) => void): () => void;
}

export interface StepContext {
  /** Aborts on cancel, on the step's timeout and on shutdown. */
  signal: AbortSignal;
  attempt: number;
  /** When this attempt began, in milliseconds since 1970; the same after a restart, except for pure steps. */
  firstStartedAt: number;
  /** `run/step`: the same after retries and restarts. */
  idempotencyKey: string;
  progress(progress: { done?: number; total?: number; note?: string }): void;
  /** Journals that the step waits for this inbox item, and that it was answered. */
  waiting(inbox: InboxId): Promise<void>;
  answered(inbox: InboxId): Promise<void>;
}

export interface StepSpec {
  step: string;
  node: string;
  effect: Effect;
  retry?: RetryPolicy | undefined;
  timeoutMs?: number | undefined;
  /** In words, for the question asked when a `once` step's outcome is unknown after a crash. */
  what: string;
  /** What the step is taken to have given when a person says, after a crash, that it happened. Nothing when missing. */
  outputsWhenTold?: Record<string, JsonValue> | undefined;
  run(context: StepContext): Promise<Record<string, JsonValue>>;
}

/** One live run's journal: a step that is already done is not run again but answered from it. */
export interface RunSession {
  readonly id: RunId;
  readonly title: string;
  readonly grant: Grant;
  readonly signal: AbortSignal;
  /** Intent before effect, result before acknowledgement. Throws the step's AppError when it fails for good. */
  step(spec: StepSpec): Promise<Record<string, JsonValue>>;
  /** Before the run's end is recorded or it is put aside: nothing is told of its activity any more. */
  close(): void;
}

export interface StartRun {
  document: WorkflowDocument;
  workflow?: WorkflowId | undefined;
  inputs: Record<string, JsonValue>;
  origin: RunOrigin;
  grant: Grant;
}

export interface Engine {
  check(document: WorkflowDocument): Complaint[];
  checkConnection(
    document: WorkflowDocument,
    from: { node: string; port: string },
    to: { node: string; port: string },
  ): Complaint | undefined;
  /** Checks graph and inputs, stores the run, and lets it go. Throws `workflow-invalid` with the first complaint. */
  start(request: StartRun): RunSummary;
  cancel(id: RunId): Promise<void>;
  /** Takes up workflow runs that were going when the host ended. */
  resumeUnfinished(): void;
  /** Resolves when the run has ended, however it did. */
  waitForEnd(id: RunId, signal: AbortSignal): Promise<RunSummary & { outputs: Record<string, JsonValue> }>;
  getStep(id: RunId, step: string): { inputs: Record<string, JsonValue>; outputs?: Record<string, JsonValue> };
  /** Opens the journal of a run that another part drives (an agent turn); `resume` reads what is already kept. */
  openSession(run: RunId, options: { title: string; grant: Grant; signal: AbortSignal }): RunSession;
  /** Stops work without ending runs: they are taken up at the next start. */
  close(): Promise<void>;
}

/** Questions that wait for a person; they survive restarts. */
export interface Inbox {
  /** Finds or makes the question for this step and waits for its answer. */
  ask(
    item: { run: RunId; step: string; title: string; agent?: AgentId; conversation?: ConversationId; request: InboxRequest },
    context: Pick<StepContext, 'signal' | 'waiting' | 'answered'>,
  ): Promise<InboxAnswer>;
  answer(id: InboxId, answer: InboxAnswer): InboxItem;
  watch(signal: AbortSignal | undefined): AsyncIterable<InboxItem[]>;
  onChange(listener: () => void): () => void;
}

export type Actor =
  | { kind: 'person' }
  /** The tool is fixed in a graph that the person started. */
  | { kind: 'workflow' }
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
    context: Pick<StepContext, 'signal' | 'waiting' | 'answered'> & Partial<Pick<StepContext, 'progress' | 'idempotencyKey'>>;
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
  send(conversation: ConversationId, text: string): Promise<{ message: MessageId }>;
  stop(conversation: ConversationId): Promise<void>;
  retry(conversation: ConversationId): Promise<void>;
  editAndResend(conversation: ConversationId, message: MessageId, text: string): Promise<void>;
  watch(conversation: ConversationId, signal: AbortSignal | undefined): AsyncIterable<ChatEvent[]>;
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
}
