// What the main side and a server's worker say to each other. Only plain data crosses.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type {
  CompleteRequest,
  ElicitRequest,
  PromptInfo,
  PromptMessage,
  ResourceContent,
  ResourceInfo,
  ServerLogLine,
} from '../../../shared/model/mcp.ts';
import type { ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { SampleRequest, SampleResult } from '../../runtime/ports.ts';
import type { StartFailure } from './launch/start-error.ts';

export type FoundTool = Omit<ToolInfo, 'server'>;
export type FoundResource = Omit<ResourceInfo, 'server' | 'isSubscribed'>;
export type FoundPrompt = Omit<PromptInfo, 'server'>;
export type ServerAbout = NonNullable<ServerStatus['about']>;

export interface WorkerOptions {
  version: string;
  startMs: number;
  callMs: number;
  /** Told to the server when it asks; absolute folders. */
  roots: readonly string[];
  /** How its bytes travel: over pipes that the main side owns, or over requests that the main side makes. */
  carrier: { kind: 'pipes' } | { kind: 'http' | 'sse'; url: string };
  /** Over pipes: what was said before this worker was made. */
  past?: Past;
}

/** Words of a start that were exchanged in a worker's place: its first words, and as many answers as came, each with its line break. */
export interface Past {
  lines: string[];
  answers: Uint8Array[];
}

/** What the main side asks of the worker beside tool calls, and what comes back. */
export interface Questions {
  resources: { ask: Record<never, never>; answer: FoundResource[] };
  read: { ask: { uri: string }; answer: ResourceContent[] };
  subscribe: { ask: { uri: string }; answer: null };
  unsubscribe: { ask: { uri: string }; answer: null };
  prompts: { ask: Record<never, never>; answer: FoundPrompt[] };
  prompt: { ask: { name: string; args: Record<string, string> }; answer: PromptMessage[] };
  complete: { ask: { request: CompleteRequest }; answer: { values: string[]; hasMore: boolean } };
  level: { ask: { level: ServerLogLine['level'] }; answer: null };
  /** Is it still there? Any answer will do. */
  alive: { ask: Record<never, never>; answer: null };
  roots: { ask: { roots: readonly string[] }; answer: null };
  /** Tells the other side that the session is over, where the carrier has such a word. */
  leave: { ask: Record<never, never>; answer: null };
}
export type Question = { [K in keyof Questions]: { about: K } & Questions[K]['ask'] }[keyof Questions];
export type QuestionOf<K extends keyof Questions> = { about: K } & Questions[K]['ask'];
export type Answer<K extends keyof Questions> = Questions[K]['answer'];

/** What a server asks of us, and what it is told. */
export type ServerAsks = { what: 'sample'; request: SampleRequest } | { what: 'elicit'; request: ElicitRequest };
export type ServerIsTold = SampleResult | { action: 'accept' | 'decline' | 'cancel'; content?: JsonObject };

/** A request that the worker wants made; its answer streams back. */
export interface HttpAsk {
  id: number;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Of a start: what was written, and the answer that was waited for before anything more was. */
export interface StartStep {
  /** Each with its line break. */
  lines: string[];
  answer: Fingerprint;
}
export interface Fingerprint {
  /** Without the line break. */
  bytes: number;
  sha256: string;
}

export type ToWorker =
  | { type: 'data'; chunk: Uint8Array }
  | { type: 'call'; id: number; tool: string; args: JsonObject; idempotencyKey: string | undefined; wantsProgress: boolean }
  /** The answer to this id, on its way, is of a tool that promised what it gives. */
  | { type: 'promised'; id: number; tool: string }
  | { type: 'question'; id: number; question: Question }
  | { type: 'cancel'; id: number }
  | { type: 'told'; id: number; answer: ServerIsTold }
  | { type: 'refused'; id: number; error: AppErrorShape }
  | { type: 'http-head'; id: number; status: number; headers: [string, string][] }
  | { type: 'http-data'; id: number; chunk: Uint8Array }
  | { type: 'http-end'; id: number; error: AppErrorShape | undefined }
  | { type: 'ping' };

export type FromWorker =
  | { type: 'pong' }
  /** So many bytes of `data` have been dealt with. */
  | { type: 'taken'; bytes: number }
  | { type: 'write'; text: string }
  /** `tasks`: tools that only run as tasks. `steps`: how it got there, when a next start may be recognised by it. */
  | { type: 'ready'; tools: FoundTool[]; tasks: string[]; about: ServerAbout; steps: StartStep[] | undefined }
  | { type: 'tools'; tools: FoundTool[]; tasks: string[] }
  | { type: 'result'; id: number; result: ToolResult }
  /** A call that took the short way has to be made by the client in the worker. */
  | { type: 'again'; id: number }
  | { type: 'answer'; id: number; answer: unknown }
  | { type: 'error'; id: number; error: AppErrorShape }
  | { type: 'progress'; id: number; done: number; total: number | undefined; note: string | undefined }
  /** The server asks something of the person or of their model. */
  | ({ type: 'asks'; id: number } & ServerAsks)
  | { type: 'asks-no-more'; id: number }
  | ({ type: 'http' } & HttpAsk)
  | { type: 'http-taken'; id: number; bytes: number }
  | { type: 'http-stop'; id: number }
  /** A line of the server's own log. */
  | { type: 'log'; level: ServerLogLine['level']; text: string }
  /** A resource that is followed has changed. */
  | { type: 'resource'; uri: string }
  /** Its list of resources or of prompts is not what it was. */
  | { type: 'lists'; what: 'resources' | 'prompts' }
  /** A remark for the server's visible output. */
  | { type: 'note'; text: string }
  | { type: 'bad-line'; line: string }
  /** The handshake failed, or the server broke a hard limit: end it. */
  | { type: 'broken'; failure: StartFailure };
