// What the runtime needs of the store for runs: their rows, their journals, and the order they wait in.

import type { Agreed } from '../../shared/model/agreed-graph.ts';
import type { ToolGrant } from '../../shared/model/grant.ts';
import type { JobId, RunId, WorkflowId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { KeptRows } from '../../shared/model/kept-rows.ts';
import type { RunEvent, RunOrigin, RunStatus, RunSummary, SequencedEvent } from '../../shared/model/run.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';

export interface NewRun {
  id: RunId;
  title: string;
  kind: 'workflow' | 'turn';
  workflow?: WorkflowId;
  origin: RunOrigin;
  startedAt: number;
  /** The graph as it was, kept with the run so that it resumes and is shown unchanged. */
  document?: WorkflowDocument;
  inputs: Record<string, JsonValue>;
  /** What the person who started it granted: folders given as inputs, tools. */
  grant: { tools: ToolGrant[]; folders: string[]; hosts?: string[] | undefined };
  /** The trigger node that fired and what it brought; none when a person started it. */
  trigger?: { node: string; payload: JsonValue };
  /** What a person allowed when a program began it: its workflow, those that this runs and the agents in them as they were. None where it is for any. */
  agreed?: Agreed;
  priority?: number;
  /** Steps that are taken from elsewhere, written into its journal before it begins. */
  mode?: RunMode;
}

/** How a run differs from a plain one; kept with it, so that it goes on the same after a restart. */
export interface RunMode {
  /** Holds before each step. */
  stepThrough?: boolean | undefined;
  /** Every effect is answered from this run's journal. */
  replayOf?: RunId | undefined;
}

export interface RunFilter {
  limit: number;
  before?: number | undefined;
  workflow?: WorkflowId | undefined;
  status?: RunStatus[] | undefined;
  query?: string | undefined;
  kind?: 'workflow' | 'turn' | undefined;
  origin?: RunOrigin['kind'][] | undefined;
  job?: JobId | undefined;
  since?: number | undefined;
}

export interface RunStore {
  /**
   * Inserts the run, its `run-start` event and what it takes over from elsewhere (`seed`) in one FULL commit, which the rows that
   * follow in this turn of the event loop share (see `starting`). Its status is `queued` when `isQueued`, else `running`.
   */
  create(run: NewRun, options?: { isQueued?: boolean; seed?: readonly RunEvent[] }): RunSummary;
  /**
   * What of a run just made is not on disk yet: it shares the commit of its first rows, at the latest at the end of this turn of the
   * event loop. Nobody outside is told of the run before `durable` settles; when that rejects the run was never there. Undefined
   * once it is kept.
   */
  starting?(id: RunId): { durable: Promise<void>; events: readonly SequencedEvent[] } | undefined;
  get(id: RunId): RunSummary | undefined;
  getDetails(id: RunId): NewRun | undefined;
  list(filter: RunFilter): RunSummary[];
  /** Runs to take up again when the host starts: all that are not over. */
  listUnfinished(): RunSummary[];
  counts(): { running: number; waiting: number; queued: number };
  remove(id: RunId): void;
  /** Kept events in order; each row's checksum is verified (throws `journal-damaged` naming run and row). */
  readEvents(id: RunId, after?: number): SequencedEvent[];
  /**
   * The newest kept events within the limits (`chars` of JSON; one event is always given), in order, and how many came before them.
   * The run's first event comes along in front when events are left out and `after` is 0. Reads and verifies no more than it gives.
   */
  readNewest(id: RunId, limits: { events: number; chars: number }, after?: number): { events: SequencedEvent[]; leftOut: number };
  /** The same for a wire, as the texts that the journal holds. `last`: the seq of the newest, `after` where there is none. */
  readNewestRows(id: RunId, limits: { events: number; chars: number }, after?: number): { rows: KeptRows; last: number; leftOut: number };
  /** The kept events of one step, verified, without reading the others. */
  readStep(id: RunId, step: string): SequencedEvent[];
  /** Whether the run's journal names this large output. */
  namesLarge(id: RunId, hash: string): boolean;
  /**
   * Queues one event of a run. Many runs share one FULL commit (one transaction per event-loop turn, or when 64 are queued;
   * with `mayWait` also with the next one or some milliseconds later, since nobody waits for it).
   * The promise settles when it is on disk; awaiting it is what "journaled before acknowledged" means. Status events also
   * update the run's row in the same transaction. Returns its seq at once, and the event as it is kept where that differs
   * (large outputs taken out).
   */
  append(id: RunId, event: RunEvent, mayWait?: boolean): { seq: number; durable: Promise<void>; kept?: RunEvent };
  /** The run's newest row does not go with the next commit: a large output is being written. What other stores write overtakes it. */
  isHeldBack?(id: RunId): boolean;
  /** Commits what is queued now. */
  flush(): Promise<void>;
  /**
   * The JSON text of a large output. What is appended with outputs whose JSON text is longer than 16 kB is kept under its hash
   * in the content-addressed store (on disk before the row is), and the row holds `large` instead. Throws `large-value-missing`.
   */
  readLarge(hash: string): Promise<string>;
  /** The newest step of any run that was kept under this content hash, for `reuse`. */
  findReusable(contentHash: string): { run: RunId; step: string } | undefined;
  noteReusable(contentHash: string, run: RunId, step: string): void;
  /** Removes ended runs by age and number, and large outputs nobody names. Gives how many went. */
  compact(limits: { olderThan?: number | undefined; perWorkflow?: number | undefined }): Promise<{ runs: number; bytes: number }>;
}

/** What a person made a run's priority while it waited for its turn or went; kept over restarts, gone with the run. */
export interface RunPriorities {
  get(run: RunId): number | undefined;
  set(run: RunId, priority: number): void;
}
