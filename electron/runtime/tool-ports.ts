// What the runtime needs of tool servers, and the two things that go along with a call: the recorder of changes, and what servers
// ask of us.

import type { ChangeKind, ChangeOp } from '../../shared/model/change.ts';
import type { McpClient } from '../../shared/model/client.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { ManagedNode } from '../../shared/model/managed-node.ts';
import type {
  CompleteRequest,
  ElicitRequest,
  PromptInfo,
  PromptMessage,
  ResourceContent,
  ResourceInfo,
  ServerLogLine,
} from '../../shared/model/mcp.ts';
import type { MemorySource } from '../../shared/model/memory.ts';
import type { ProgramFolders, ServerConfig, ServerReach, ServerStatus, ToolInfo, ToolResult } from '../../shared/model/tool.ts';
import type { ConnectionBy } from './model-ports.ts';
import type { BundlePlace } from './servers/plan-bundle.ts';
import type { ImageSource } from './undo/undo-ports.ts';

export interface ToolCallOptions {
  signal: AbortSignal;
  onProgress?: (progress: { done: number; total?: number | undefined; note?: string | undefined }) => void;
  /** Absolute folders that built-in file tools may touch for this call. */
  folders: readonly string[];
  /** Hosts that built-in web tools may reach for this call; the settings' when missing. */
  hosts?: readonly string[];
  /** Asked before a redirect is followed; throws where a grant forbids that address. */
  mayGoOn?: ((address: string) => void) | undefined;
  /** Who calls, for tools that remember their source. */
  source: MemorySource;
  /** Whose connections they are that built-in tools make. */
  by?: ConnectionBy;
  /** Stable over retries and restarts: `run/step`. */
  idempotencyKey?: string;
  /** Where built-in tools put down what was there before they change it. */
  changes?: ChangeRecorder;
}

/** Told before and after each change of something stored, so that it can be undone. One for each call; knows who and which run. */
export interface ChangeRecorder {
  /**
   * Before the change: keeps what is there. `before` is null where nothing is. The returned function is called with what is there
   * after it (null: removed); when the change failed it is not called, and nothing is kept. Throws only when it must not go on.
   */
  before(change: {
    kind: ChangeKind;
    target: string;
    title: string;
    before: ImageSource | null;
    /** Said when the content was too large to be kept or could not be read. */
    cannotUndo?: string;
    bytes?: number;
    /** `write` when missing. */
    op?: ChangeOp;
    /** What the change is to leave, where that is known: after a crash it tells whether it happened. */
    intended?: string | Uint8Array | null;
    /** For a move: where it was. */
    from?: string;
    /** The allowed folder in which it is done. */
    root?: string;
    /** The file's permissions before. */
    mode?: number;
  }): Promise<ChangeDone>;
}
export interface ChangeDone {
  (after: ImageSource | null): Promise<void>;
  /** It did not happen: what was put down is taken away again. Without it, that is found out at the next start. */
  failed?(): void;
}

/** What servers ask of us over MCP; the runtime answers, through the policy. Each throws AppError to refuse. */
export interface ServerRequests {
  /** `source`: the call in which it asks. Above its budget a person is asked there. */
  sample(server: ServerId, request: SampleRequest, signal: AbortSignal, source?: MemorySource): Promise<SampleResult>;
  elicit(
    server: ServerId,
    request: ElicitRequest,
    options: { signal: AbortSignal /** The call in which it asks. */; source?: MemorySource },
  ): Promise<{ action: 'accept' | 'decline' | 'cancel'; content?: JsonObject }>;
}
export interface SampleRequest {
  messages: { role: 'user' | 'assistant'; text: string }[];
  system?: string;
  maxTokens: number;
  temperature?: number;
  stop?: string[];
  /** Model names the server would like, best first. */
  hints: string[];
}
export interface SampleResult {
  text: string;
  model: string;
  stopReason: string;
}

/** Tool servers, built in and child processes. Knows nothing of policy: runtime/tools decides before it calls. */
export interface ToolHost {
  /** How programs that others wrote are contained here, and what a configuration that says nothing of it should be given. */
  readonly containment?: {
    readonly available: { ok: boolean; words: string };
    suggest(config: Pick<ServerConfig, 'args' | 'env'>): ServerReach;
    /** Folders that it would read since its program, what runs it or its package lies there; the system's own are left out. */
    programs?(config: ServerConfig): Promise<ProgramFolders>;
  };
  servers(): ServerStatus[];
  tools(server?: ServerId): ToolInfo[];
  onChange(listener: () => void): () => void;
  /**
   * At the start of the app: a server whose tools are known from an earlier time sleeps until one of them is called; the others
   * start. Says nothing of how that goes: the status does.
   */
  prepare(config: ServerConfig): void;
  /** Resolves when it is ready or has failed; the status says which. */
  start(config: ServerConfig): Promise<ServerStatus>;
  stop(id: ServerId): Promise<void>;
  remove(id: ServerId): Promise<void>;
  /** Waits for a server that is starting. Throws `server-not-found`, `server-not-running`, `tool-not-found`, `tool-failed`. */
  call(server: ServerId, tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult>;
  /** All pages. Empty for a server without resources. Throws `server-not-running`. */
  resources(server: ServerId, signal: AbortSignal): Promise<ResourceInfo[]>;
  readResource(server: ServerId, uri: string, signal: AbortSignal): Promise<ResourceContent[]>;
  /** Tells `onResource` when it changes, until it is let go. Throws `not-offered` where the server has no subscriptions. */
  subscribe(server: ServerId, uri: string, signal: AbortSignal): Promise<() => Promise<void>>;
  onResource(listener: (server: ServerId, uri: string) => void): () => void;
  prompts(server: ServerId, signal: AbortSignal): Promise<PromptInfo[]>;
  getPrompt(server: ServerId, name: string, args: Record<string, string>, signal: AbortSignal): Promise<PromptMessage[]>;
  complete(server: ServerId, request: CompleteRequest, signal: AbortSignal): Promise<{ values: string[]; hasMore: boolean }>;
  /** Newest last, at most the ring that is kept; redacted. */
  logs(server: ServerId): ServerLogLine[];
  setLogLevel(server: ServerId, level: ServerLogLine['level']): Promise<void>;
  /** A person has seen the changed definitions. */
  acceptChanges(server: ServerId): void;
  /** A person lets a server that was set aside start again. */
  release(server: ServerId): void;
  /** Begins to sign in: the address that the person opens. Settles `done` when the server's answer came, or its time is over. */
  signIn(server: ServerId, signal: AbortSignal): Promise<{ url: string; done: Promise<void> }>;
  /** Also of one that is switched off. */
  signOut(server: ServerConfig): Promise<void>;
  /** Set once by the runtime, before any server starts. */
  serve(requests: ServerRequests): void;
  close(): Promise<void>;
}

/** Configurations of MCP servers that other programs keep on this machine. */
export interface FoundConfigs {
  /** The person's home folder. */
  readonly home: string;
  list(): { program: string; path: string }[];
  /** Only what `list` gives. Throws `config-not-found`, `json-too-large`. */
  read(path: string): { program: string; text: string };
}

/** Bundles of tool servers (`.mcpb`, `.dxt`): a zip with a manifest. */
export interface ServerBundles {
  /**
   * Unpacks it under its hash, runs nothing, and gives its manifest and where it lies. Folders that no text of `inUse` names go after
   * an hour. Throws `bundle-unreadable`, and what `readArchive` throws.
   */
  read(path: string, signal: AbortSignal, inUse: readonly string[]): Promise<{ manifest: JsonValue; place: BundlePlace }>;
  /** A piece (base64) of one that a page gives, in order. Throws `bundle-unreadable`, `archive-too-large`. */
  put(upload: string, offset: number, data: string): Promise<void>;
  /** `read` for what was put; the pieces are gone afterwards. `name` is how its file was called. */
  uploaded(
    upload: string,
    name: string,
    signal: AbortSignal,
    inUse: readonly string[],
  ): Promise<{ manifest: JsonValue; place: BundlePlace }>;
}

/** The Node that tool servers are run by, where Orrery keeps one. */
export interface ManagedNodes {
  /** What can be fetched for this machine; undefined where there is no build for it. */
  offer(): ManagedNode['offer'];
  look(): Promise<Pick<ManagedNode, 'offer' | 'kept' | 'used'>>;
  /** It starts with `node`, `npx` or `npm`, and this machine has none. */
  lacks(config: Pick<ServerConfig, 'command' | 'transport'>): Promise<boolean>;
  /**
   * Fetches, checks and unpacks what is offered; what was there stays until it is whole. Throws `offline`, `disk-full`,
   * `download-damaged`, `download-refused`, `node-does-not-run`, `node-not-offered`, `cancelled`.
   */
  fetch(signal: AbortSignal, onProgress: (progress: NonNullable<ManagedNode['fetching']>) => void): Promise<void>;
  /** Throws `node-not-kept`, `file-failed`. */
  remove(version: string): Promise<void>;
}

/** The packages that npx and uvx servers start from, kept at one version until a person asks for another. */
export interface KeptPackages {
  /** That of a server; undefined when it starts from none, or was never started. */
  of(config: ServerConfig): { id: string; kind: 'npm' | 'python'; name: string; spec: string; version: string; at: number } | undefined;
  /** The newest version that npm has of it; undefined where that cannot be asked. Throws what is wrong in words. */
  newest(config: ServerConfig, signal: AbortSignal): Promise<string | undefined>;
  /** Puts that version, else the newest that its spec allows, in its place; gives it. Running servers keep theirs until they are restarted. */
  update(config: ServerConfig, signal: AbortSignal, version: string | undefined): Promise<string>;
  /** The same server with another version of its package named; undefined when its command names none. */
  named(config: ServerConfig, version: string): ServerConfig | undefined;
  /**
   * Takes away what is kept of the same package at other versions and none of the servers starts from; nothing while that of `config` is
   * not kept itself.
   */
  sweep(config: ServerConfig, servers: readonly ServerConfig[]): void;
}

/** Programs that use Orrery over MCP. */
export interface ClientStore {
  list(): Omit<McpClient, 'open'>[];
  get(name: string): Omit<McpClient, 'open'> | undefined;
  /** Not one that was revoked. */
  findByToken(hash: string): Omit<McpClient, 'open'> | undefined;
  /** New, or once more: what was revoked is let in again. */
  put(name: string, comes: McpClient['comes'], tokenHash: string | undefined, at: number): void;
  /** `program`: what had started it, where that is known. */
  seen(name: string, at: number, program?: string | undefined): void;
  revoke(name: string, at: number): void;
  /** As if it had never come. */
  forget(name: string): void;
}
