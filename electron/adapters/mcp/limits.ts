// What a tool server may cost us. Whoever exceeds a hard limit is ended; what exceeds a rate is dropped and counted.

export const limits = {
  /** Bytes of one message, in either direction. */
  messageBytes: 4 * 1024 * 1024,
  tools: 512,
  pages: 50,
  resources: 5_000,
  prompts: 1_000,
  /** Messages that may come as one. */
  batch: 1_000,
  /** Questions of the server to the person or their model that may be open at once. */
  openAsks: 8,
  /** Notifications and requests from the server; more are dropped. */
  notificationsPerSecond: 50,
  /** So many dropped in each of three seconds in a row is an attack, and ends the server. */
  floodPerSecond: 5_000,
  stderrBytes: 1024 * 1024,
  /** Bytes handed to the worker and not yet read by it, before the server's stdout is paused. */
  inFlightBytes: 1024 * 1024,
  /** UTF-16 units of all tool definitions of one server, as JSON. */
  definitionsLength: 4_000_000,
  /** Megabytes of the worker's heap, what is not collected yet included, looked at from outside while it has work. */
  workerHeapMb: 384,
  /** V8's own limit for it, out of reach: at that one V8 may end the whole process instead of the thread. */
  workerHeapHardMb: 2048,
} as const;

/** How long things may take, in milliseconds. Tests shorten them. */
export interface ToolHostTimes {
  /** From the start of the process to a listed set of tools; long, since `npx` may have to fetch the package first. */
  startMs: number;
  /** After a first line that is no message, how long a proper one may still come. */
  badLineGraceMs: number;
  /** The worker answers a ping within this, or is ended. */
  hangMs: number;
  /** Between closing stdin, SIGTERM and SIGKILL. */
  stopStepMs: number;
  /** Longest time of one tool call; the caller's signal usually ends it sooner. */
  callMs: number;
  /** Between two questions whether an idle server is still there, and how long each may stay unanswered; the second in a row ends it. */
  pingMs: number;
  /** How long a person has to sign in. */
  signInMs: number;
}
export const defaultTimes: ToolHostTimes = {
  startMs: 60_000,
  badLineGraceMs: 5_000,
  hangMs: 5_000,
  stopStepMs: 1_500,
  callMs: 30 * 60_000,
  pingMs: 30_000,
  signInMs: 10 * 60_000,
};
