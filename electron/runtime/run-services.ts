// How runs are recorded, driven and put in line, as the runtime's other parts see it: part of services.ts, and exported there.

import type { QueueView } from '../../shared/contract/queue.contract.ts';
import type { AppErrorShape } from '../../shared/errors.ts';
import type { Grant } from '../../shared/model/grant.ts';
import type { InboxId, RunId, WorkflowId } from '../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';
import type { Effect } from '../../shared/model/node-descriptor.ts';
import type { LargeValue, RunEvent, RunOrigin, RunSummary, SequencedEvent, TakenFrom } from '../../shared/model/run.ts';
import type { RunComparison } from '../../shared/model/run-comparison.ts';
import type { Complaint, RetryPolicy, WorkflowDocument } from '../../shared/model/workflow.ts';
import type { NewRun, RunMode, RunStore } from './ports.ts';

/** Records runs' events and tells those who watch. Every run, of a workflow or of a turn, goes through it. */
export interface RunHub {
  create(run: NewRun, options?: Parameters<RunStore['create']>[1]): RunSummary;
  /** Kept and sent. Settles when it is on disk; watchers see it only then. `mayWait`: nobody waits, so it goes with what is committed next. */
  record(id: RunId, event: RunEvent, mayWait?: boolean): Promise<void>;
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
  /** Adds to what the step's model calls used, in tokens; kept with its result. */
  used?(usage: { inputTokens?: number | undefined; outputTokens?: number | undefined }): void;
  /** Keeps a line about its work. */
  log?(level: 'info' | 'warn' | 'error', message: string): void;
  /** Journals that the step waits for this inbox item, and that it was answered. */
  waiting(inbox: InboxId): Promise<void>;
  answered(inbox: InboxId): Promise<void>;
  /** Called right before an effect that may have needed an approval and needs none: that it begins is on disk when this settles, or is so already. */
  begins?(): Promise<void> | undefined;
}

/** What a step was given and gave, whole below about 1 MB; above, `large` says where the values lie. */
export interface StepDetails {
  inputs: Record<string, JsonValue>;
  outputs?: Record<string, JsonValue>;
  largeInputs?: Record<string, LargeValue>;
  large?: Record<string, LargeValue>;
  from?: TakenFrom;
  usage?: { inputTokens?: number | undefined; outputTokens?: number | undefined };
  attempts?: {
    attempt: number;
    startedAt: number;
    endedAt?: number | undefined;
    error?: AppErrorShape | undefined;
    retryAt?: number | undefined;
  }[];
  logs?: { at: number; level: 'info' | 'warn' | 'error'; message: string }[];
}

export interface StepCall {
  server: string;
  tool: string;
  args: JsonObject;
}

export interface StepSpec {
  step: string;
  node: string;
  effect: Effect;
  retry?: RetryPolicy | undefined;
  timeoutMs?: number | undefined;
  /** In words, for the question asked when a `once` step's outcome is unknown after a crash. */
  what: string;
  /** The call that it makes, for the same question. */
  calls?: (() => StepCall | undefined) | undefined;
  /** What the step is taken to have given when a person says, after a crash, that it happened. Nothing when missing. */
  outputsWhenTold?: Record<string, JsonValue> | undefined;
  /**
   * For steps that may take an earlier run's outputs: everything these depend on, as one text. Undefined: this time they
   * cannot be taken.
   */
  contentText?: (() => string | undefined) | undefined;
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
  /** Its id, where it follows from what started it, so that a crash in between cannot start it twice; a second one throws `run-exists`. */
  id?: RunId | undefined;
  document: WorkflowDocument;
  workflow?: WorkflowId | undefined;
  inputs: Record<string, JsonValue>;
  origin: RunOrigin;
  grant: Grant;
  trigger?: NewRun['trigger'] | undefined;
  agreed?: NewRun['agreed'] | undefined;
  priority?: number | undefined;
  mode?: RunMode | undefined;
}

/** How far a run is, in steps. */
export interface RunFar {
  done: number;
  total: number;
  /** Items of its longest loop: `from` were done at `since`, `done` at `at`, both in milliseconds since 1970. */
  loop?: { since: number; from: number; done: number; total: number; at: number };
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
  /** Holds a run: no further step begins, those that go end. */
  pause(id: RunId): Promise<void>;
  /** Lets a held run go on, also one that is stepped through. */
  resume(id: RunId): Promise<void>;
  stepOnce(id: RunId, step?: string): Promise<string>;
  fork(
    id: RunId,
    request: {
      step?: string | undefined;
      useCurrent: boolean;
      inputs?: Record<string, JsonValue> | undefined;
      outputs?: Record<string, JsonValue> | undefined;
      stepThrough?: boolean | undefined;
      by: 'desktop' | 'headless' | 'cli';
    },
  ): Promise<RunSummary>;
  replay(id: RunId, by: 'desktop' | 'headless' | 'cli'): Promise<RunSummary>;
  compare(left: RunId, right: RunId): Promise<RunComparison>;
  /** Steps done and expected of a run that goes here. */
  progressOf(id: RunId): RunFar | undefined;
  /** Runs that a newer Orrery began and that are left as they are here. */
  newerRuns(): RunSummary[];
  /** Takes up workflow runs that were going when the host ended. */
  resumeUnfinished(): void;
  /** Resolves when the run has ended, however it did. */
  waitForEnd(id: RunId, signal: AbortSignal): Promise<RunSummary & { outputs: Record<string, JsonValue> }>;
  getStep(id: RunId, step: string): Promise<StepDetails>;
  /** Opens the journal of a run that another part drives (an agent turn); `resume` reads what is already kept. */
  openSession(run: RunId, options: { title: string; grant: Grant; signal: AbortSignal }): RunSession;
  /** Stops work without ending runs: they are taken up at the next start. */
  close(): Promise<void>;
}

/** Whose turn it is. Child runs and runs that are taken up again after a restart where they were never wait in it. */
export interface RunQueue {
  /** Would it go at once? If not it is stored as queued before it is submitted. Throws `queue-full` when no more may wait. */
  hasRoom(run: { workflow?: WorkflowId | undefined; maxRuns?: number | undefined }): boolean;
  /**
   * Calls `go` once when it is its turn, at once when there is room; not before this call returns. Order: priority, then fair
   * between workflows (the one with the fewest going first), then age.
   */
  submit(
    run: { id: RunId; workflow?: WorkflowId | undefined; priority: number; maxRuns?: number | undefined; at: number },
    go: () => void,
  ): void;
  /** Nobody who waits goes until the function it gives is called: the line of an earlier life is built again meanwhile. */
  suspend(): () => void;
  /** It goes already: a run taken up again, a child. It counts but does not wait. */
  enter(run: { id: RunId; workflow?: WorkflowId | undefined; priority: number; at: number }): void;
  /** It waits for a person or a time: its place is free meanwhile. `false`: it goes on (over the limit if need be). */
  setIdle(id: RunId, isIdle: boolean): void;
  /** It is over, put aside, or was withdrawn before its turn. */
  leave(id: RunId): void;
  readonly isPaused: boolean;
  /** Kept over restarts. While paused nothing begins and sessions hold before their next step (`gate`). */
  setPaused(isPaused: boolean): void;
  /** Resolves at once unless everything is held. */
  gate(signal: AbortSignal): Promise<void>;
  setPriority(id: RunId, priority: number): void;
  view(): QueueView;
  onChange(listener: () => void): () => void;
}
