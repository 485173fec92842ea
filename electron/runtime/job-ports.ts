// What the runtime needs of the store for jobs and their due runs; a part of ports.ts, through which it is imported.

import type { Grant } from '../../shared/model/grant.ts';
import type { DueId, JobId, WorkflowId } from '../../shared/model/ids.ts';
import type { AgreedGraph, DueRun } from '../../shared/model/job.ts';
import type { JsonObject, JsonValue } from '../../shared/model/json.ts';

/** Jobs and their due runs. A due run is a row before its time comes. */
export interface JobStore {
  list(workflow?: WorkflowId): StoredJob[];
  get(id: JobId): StoredJob | undefined;
  put(job: StoredJob): void;
  /** With its due runs. */
  remove(id: JobId): void;
  /** Rows in state `due`, soonest first. */
  listDue(): DueRun[];
  listPast(filter: DueFilter): DueRun[];
  getDue(id: DueId): DueRun | undefined;
  /**
   * Writes several rows, and the job's own row when given, in one commit. The same (job, dueAt) twice is one row, and one that
   * was started stays so.
   */
  putDue(rows: readonly DueRun[], job?: StoredJob): void;
  /** Times in this span, ends included, that became runs. */
  startedBetween(job: JobId, from: number, to: number): number[];
  /** Up to this time started rows are no longer kept one by one: nothing up to it may start again. */
  forgottenUpTo(job: JobId): number;
  /** When a host was last there to start jobs; undefined before the first time. `isEnd`: it closed then, in order. */
  lastSeen(): { at: number; isEnd: boolean } | undefined;
  noteSeen(at: number, isEnd?: boolean): void;
}

/** `before`: only times before this one. */
export interface DueFilter {
  job?: JobId | undefined;
  state?: DueRun['state'][] | undefined;
  before?: number | undefined;
  limit: number;
}

export interface StoredJob {
  id: JobId;
  workflow: WorkflowId;
  node: string;
  kind: string;
  isOn: boolean;
  grant: Grant;
  /** By workflow and by agent: what the grant was given for. Missing in jobs from before it was kept. */
  agreed?: Record<string, AgreedGraph>;
  inputs: Record<string, JsonValue>;
  createdAt: number;
  updatedAt: number;
  /** What its trigger remembers between firings: last seen files, last time looked, webhook token's hash. */
  state: JsonObject;
}
