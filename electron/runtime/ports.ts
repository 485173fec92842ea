// What the runtime needs from the outside, as interfaces. Hosts build the real ones (adapters) and hand them in; the runtime
// knows neither Electron nor SQLite nor child processes. Everything long takes an AbortSignal and throws AppError.

import type { Agent } from '../../shared/model/agent.ts';
import type { AttachmentPart, Conversation, ConversationSummary, Message } from '../../shared/model/chat.ts';
import type { InboxAnswer, InboxItem, ToolGrant } from '../../shared/model/grant.ts';
import type { AgentId, ConversationId, InboxId, JobId, MemoryId, MessageId, RunId, ServerId, WorkflowId } from '../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { MemoryHit, MemoryItem } from '../../shared/model/memory.ts';
import type { StandingGrant } from '../../shared/model/policy.ts';
import type { CatalogueItem } from '../../shared/model/server-catalogue.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { AppInfo, Banner, DoctorFinding } from '../../shared/model/system.ts';
import type { ServerConfig } from '../../shared/model/tool.ts';
import type { Workflow, WorkflowDocument, WorkflowSummary } from '../../shared/model/workflow.ts';
import type { AuditStore } from './audit-ports.ts';
import type { Files, Net } from './files-and-net-ports.ts';
import type { JobStore } from './job-ports.ts';
import type { ModelProviders } from './model-ports.ts';
import type { RunPriorities, RunStore } from './run-ports.ts';
import type { ClientStore, FoundConfigs, KeptPackages, ManagedNodes, ServerBundles, ToolHost } from './tool-ports.ts';
import type { ChangeStore, FolderSnapshots } from './undo/undo-ports.ts';
import type { Vault } from './vault-ports.ts';

export type { AuditStore } from './audit-ports.ts';
export type { FileContent, FileEntry, Files, Net, NetRequest, NetResponse } from './files-and-net-ports.ts';
export type { DueFilter, JobStore, StoredJob } from './job-ports.ts';
export type { ConnectionBy, ModelEvent, ModelMessage, ModelProvider, ModelProviders, ModelRequest } from './model-ports.ts';
export type { NewRun, RunFilter, RunMode, RunPriorities, RunStore } from './run-ports.ts';
export type {
  ChangeDone,
  ChangeRecorder,
  KeptPackages,
  ManagedNodes,
  SampleRequest,
  SampleResult,
  ServerRequests,
  ToolCallOptions,
  ToolHost,
} from './tool-ports.ts';
export type { SecretUseBy, Vault, VaultKeeper } from './vault-ports.ts';

// ---------------------------------------------------------------- store

export interface WorkflowStore {
  list(query: string): WorkflowSummary[];
  get(id: WorkflowId): Workflow | undefined;
  insert(workflow: Workflow): void;
  /** False when the stored revision is not `expected`: nothing was written. */
  update(workflow: Workflow, expectedRevision: number): boolean;
  remove(id: WorkflowId): void;
}

export interface ChatStore {
  list(filter: { limit: number; before?: number | undefined; query: string }): (ConversationSummary & { snippet?: string | undefined })[];
  get(id: ConversationId): Conversation | undefined;
  insert(conversation: Omit<Conversation, 'messages' | 'messageCount' | 'state' | 'agentName'>): void;
  rename(id: ConversationId, title: string): void;
  setAgent(id: ConversationId, agent: AgentId): void;
  remove(id: ConversationId): void;
  /** Inserts or replaces by id; keeps the order of first insertion. What was attached to a draft and is in it now leaves the draft. */
  putMessage(id: ConversationId, message: Message): void;
  /** Removes the messages after this one (all when null). */
  truncateAfter(id: ConversationId, message: MessageId | null): void;
}

/** What is attached to messages that are not sent yet, oldest first. `draft`: a conversation's id, or `new`. */
export interface AttachmentStore {
  list(draft: string): AttachmentPart[];
  get(id: string): AttachmentPart | undefined;
  /** Of all drafts, without what they are. */
  all(): { id: string; draft: string; size: number }[];
  /** `size` in characters. Throws `conversation-not-found`. */
  put(draft: string, part: AttachmentPart, size: number): void;
  /** Ids that are not there any more are passed over; so is a draft of a conversation that is not. */
  move(ids: readonly string[], draft: string): void;
  remove(ids: readonly string[]): void;
}

export interface AgentStore {
  list(): Agent[];
  get(id: AgentId): Agent | undefined;
  put(agent: Agent): void;
  remove(id: AgentId): void;
}

export interface MemoryStore {
  list(filter: { limit: number; before?: number | undefined; tag?: string | undefined }): { items: MemoryItem[]; total: number };
  get(id: MemoryId): MemoryItem | undefined;
  /** FTS5; user text is quoted, never syntax. */
  search(query: string, limit: number, tag?: string): MemoryHit[];
  /** Replaces the item with the same key, keeping its id, in one commit. */
  put(item: MemoryItem): MemoryItem;
  findByKey(key: string): MemoryItem | undefined;
  forget(id: MemoryId): void;
  tags(): { tag: string; count: number }[];
}

export interface InboxStore {
  list(filter: { status: 'open' | 'answered' | 'expired'; limit: number }): InboxItem[];
  get(id: InboxId): InboxItem | undefined;
  /** The newest item for this step of this run that was not withdrawn, so that a resumed step finds its question again. */
  findForStep(run: RunId, step: string): InboxItem | undefined;
  /** All of this step that were not withdrawn, newest first. */
  listForStep(run: RunId, step: string): InboxItem[];
  /** All approvals of this run that were not withdrawn, newest first. */
  listApprovals(run: RunId): InboxItem[];
  insert(item: InboxItem): void;
  /** False when it was not open: nothing was written. */
  answer(id: InboxId, answer: InboxAnswer, at: number): boolean;
  /** How many were withdrawn. */
  withdrawForRun(run: RunId): number;
  /** Those of one step. */
  withdrawForStep(run: RunId, step: string): number;
  /** Those of runs that are over or gone: left open by a crash between a run's end and their withdrawal. */
  withdrawLeftOver(): number;
  openCount(): number;
  /** Open ones whose time is over, now marked `expired`. */
  expire(now: number): InboxItem[];
  /** When the first open one's time is over. */
  nextExpiry(): number | undefined;
}

/** Standing grants given by "always": for an agent, or for everyone when agent is null. */
export interface GrantStore {
  list(agent: AgentId | null): ToolGrant[];
  /** `definition` is the hash of the tool's definition when it was granted; a changed tool asks again. */
  add(agent: AgentId | null, grant: ToolGrant, definition: string): void;
  find(agent: AgentId | null, server: ServerId, tool: string): (ToolGrant & { definition: string })[];
  /** Counts up with every change but uses, so that whoever keeps an index knows when to make it again. */
  revision(): number;
  /** Every standing grant, revoked ones too, oldest first. */
  all(): StandingGrant[];
  /** Inserts or replaces by id. */
  put(grant: StandingGrant): void;
  /** Adds to what was used, in one commit. */
  noteUses(uses: readonly { id: string; uses: number; lastUsedAt: number }[]): void;
  /** A use of something that is limited by the hour or the day (a grant's id, or another key); kept for a day. */
  noteLimited(key: string, at: number, tokens: number): void;
  /** Limited uses since then, oldest first. */
  limitedSince(at: number): { key: string; at: number; tokens: number }[];
}

export interface ServerStore {
  list(): ServerConfig[];
  put(config: ServerConfig): void;
  remove(id: ServerId): void;
}

export interface SettingsStore {
  get(): Settings;
  put(settings: Settings): void;
}

export interface Store {
  readonly workflows: WorkflowStore;
  readonly runs: RunStore;
  readonly chats: ChatStore;
  readonly attachments: AttachmentStore;
  readonly agents: AgentStore;
  readonly memory: MemoryStore;
  readonly jobs: JobStore;
  readonly inbox: InboxStore;
  readonly grants: GrantStore;
  readonly priorities: RunPriorities;
  readonly servers: ServerStore;
  readonly clients: ClientStore;
  readonly settings: SettingsStore;
  readonly audit: AuditStore;
  readonly changes: ChangeStore;
  /** Of a folder that was granted once (to this holder, such as `agent:a1`) and leads elsewhere by now: where it led, and where it does. */
  folderMoved?(folder: string, holder?: string): { was: string; now: string } | undefined;
  /** Without those that the holder was granted for another place than the path is granted for now. For grants that are held in memory. */
  stillGranted?(holder: string, folders: readonly string[]): readonly string[];
  /** Troubles with the disk, as they come and go (disk full, read-only). */
  onBanner(listener: (banners: Banner[]) => void): () => void;
}

// ---------------------------------------------------------------- the rest of the outside

/** Evaluates JSONata away from the main thread, with a deadline it can enforce. */
export interface Expressions {
  evaluate(expression: string, context: JsonObject, options: { signal: AbortSignal; timeoutMs?: number }): Promise<JsonValue | undefined>;
}

/**
 * Runs JavaScript that came with a workflow in a QuickJS sandbox away from the main thread: no network, no files, no timers, memory
 * capped, killed from outside at its deadline. `globals` are JSON values set before it; the result must be JSON.
 */
export interface Scripts {
  run(
    request: { code: string; globals: JsonObject; prelude?: readonly ScriptPrelude[] },
    options: {
      signal: AbortSignal;
      timeoutMs?: number;
      memoryMb?: number;
      onLog?: (level: 'info' | 'warn' | 'error', text: string) => void;
    },
  ): Promise<JsonValue | undefined>;
  /**
   * An imported node that only reckons, in a thread of its own that is ended when it is late. `work` and what it gives are the
   * importer's own (runtime/import/n8n/reckon.ts); `ask` answers what it asks of the sandbox meanwhile. Rejects only with `cancelled`.
   */
  reckon(
    work: unknown,
    ask: (name: string, given: unknown[]) => Promise<unknown>,
    options: { signal: AbortSignal; timeoutMs?: number },
  ): Promise<unknown>;
  close(): Promise<void>;
}
/** Trusted code that is loaded before the script: the n8n data proxies, luxon, JMESPath; or a database of tables in memory (alasql). */
export type ScriptPrelude = 'n8n' | 'sql';

/** Tells of changes of files. Long-lived; owned by the triggers. */
export interface Watch {
  /** `ready` settles when the folder was read once. Throws `folder-not-found`. Events are already settled writes (no half files). */
  watch(
    path: string,
    options: {
      recursive: boolean;
      signal: AbortSignal;
      /** A file is told of once its size has stayed the same for so long. */
      settleMs?: number;
      /** Files that are there at the beginning are told of as `added`, before this settles. */
      initial?: boolean;
      /** The folder went away, or cannot be watched any more: nothing more is told. */
      onGone?: (error: Error) => void;
    },
    listener: (event: { kind: 'added' | 'changed' | 'removed'; path: string; size: number; modifiedAt: number }) => void,
  ): Promise<void>;
}

/** What only a desktop gives. Missing parts say why, in a sentence. */
export interface DesktopEvents {
  readonly missing: { hotkeys?: string; clipboard?: string };
  /** Throws `hotkey-taken`. The returned function lets it go. */
  onHotkey(accelerator: string, listener: () => void): () => void;
  /** Text that was newly copied. */
  onClipboard(listener: (text: string) => void): () => void;
}

/** The addresses of webhooks, which only a host that serves HTTP has. */
export interface Webhooks {
  /** Where hooks listen, such as `http://127.0.0.1:4317`; undefined on a host without HTTP. */
  origin(): string | undefined;
  /** The secret part of a job's address: follows from a secret of the data folder, the job and how often it was renewed. */
  tokenOf(job: JobId, renewal: number): string;
}

/** Reads a web page away from the main thread, within a deadline: a page can be made so that reading it takes long. */
export interface Pages {
  /** The article as Markdown. Throws `page-unreadable`, `cancelled`. */
  read(html: string, address: string, signal: AbortSignal): Promise<Page>;
}
export interface Page {
  title: string;
  markdown: string;
}

export interface Pty {
  /** Why there is no terminal here, in a sentence; undefined when there is one. */
  readonly missing: string | undefined;
  open(options: { cols: number; rows: number; cwd: string; shell?: string }): PtyHandle;
}
export interface PtyHandle {
  onData(listener: (data: string) => void): void;
  onExit(listener: (code: number) => void): void;
  write(data: string): void;
  resize(cols: number, rows: number): void;
  kill(): void;
}

export interface Clock {
  now(): number;
  /** Milliseconds since the computer started: goes on while it sleeps, and no change of the clock moves it. */
  uptime?(): number;
  /** Rejects with `cancelled` when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Ids {
  /** Time-sortable, URL-safe, 20–26 characters. */
  next(): string;
}

export interface Log {
  debug(message: string, data?: Record<string, unknown>): void;
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
  /** Newest lines, redacted. */
  recent(limit: number): string[];
}

export interface Samples {
  list(): { file: string; document: WorkflowDocument }[];
}

/** Host facts and the checks only a host can make. */
export interface HostInfo {
  info(): AppInfo;
  doctor(signal?: AbortSignal): Promise<DoctorFinding[]>;
  usage(): { cpu: number; memory: number };
}

export interface Ports {
  store: Store;
  vault: Vault;
  tools: ToolHost;
  models: ModelProviders;
  expressions: Expressions;
  scripts: Scripts;
  watch: Watch;
  desktop: DesktopEvents;
  webhooks: Webhooks;
  files: Files;
  net: Net;
  clock: Clock;
  ids: Ids;
  log: Log;
  samples: Samples;
  host: HostInfo;
  /** Folders compared before and after what others' programs do; missing where there is none. */
  snapshots?: FolderSnapshots;
  /** Configurations of tool servers that other programs keep; the catalogue that comes with the app; bundles. */
  programs: FoundConfigs;
  catalogue: () => readonly CatalogueItem[];
  bundles: ServerBundles;
  /** What Orrery fetched for tool servers: a Node, and their packages. */
  nodes: ManagedNodes;
  packages: KeptPackages;
  /** 256 random bits, for tokens of programs. */
  newToken(): string;
  /** SHA-256 in hex; the runtime has no crypto module of its own. */
  hash(text: string): string;
}
