// What every source of triggers is: it checks a config before anything is stored, and, while its job is on, watches for what it
// waits for. It does not start runs: it tells `fire`, which stores first and starts then.

import type { AppErrorShape } from '../../../shared/errors.ts';
import type { JobId, WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, RunHub } from '../services.ts';

export interface SourceDeps {
  ports: Ports;
  hub: Pick<RunHub, 'onChange'>;
  inbox: Pick<Inbox, 'onChange'>;
}

/** One thing that happened. */
export interface TriggerEvent {
  payload: JsonValue;
  /** When; now when left out. */
  at?: number;
  /** Names it for good, where it could be told of twice: the second time it is nothing new. */
  key?: string;
  /** It starts nothing, and this is why. */
  missed?: string;
}

/** What is to be watched for. */
export interface Candidate<Config = JsonObject> {
  workflow: WorkflowId;
  node: string;
  config: Config;
  folders: readonly string[];
}

/** A job that is on, as its source sees it. */
export interface ArmedJob<Config = JsonObject> extends Candidate<Config> {
  id: JobId;
  /** What the source remembered. */
  state(): JsonObject;
  /** Remembers. */
  keep(state: JsonObject): void;
  /** Stores the events together with what the source remembers, and starts their runs. */
  fire(events: readonly TriggerEvent[], state?: JsonObject): void;
  /** Why it cannot fire now; undefined when it can again. */
  trouble(error: AppErrorShape | undefined): void;
  /** Why it may not fire any more until a person turns it on again. */
  halt(error: AppErrorShape): void;
}

export interface TriggerSource<Config = JsonObject> {
  /** Throws what is wrong, with the field as its place. */
  check(candidate: Candidate<Config>): Promise<void> | void;
  /** What a job remembers from when it is turned on. */
  begin?(config: Config): JsonObject;
  /**
   * Watches until the signal aborts; must not throw for what may pass by itself but tell it as trouble. Where watching takes a while
   * to begin, it gives a promise, which never fails: once it is kept, what comes is seen, or why it is not has been told.
   */
  arm?(job: ArmedJob<Config>, signal: AbortSignal): Promise<void> | void;
  /** Why no job of this source can fire on this host now. */
  trouble?(): AppErrorShape | undefined;
  /** What a run that is started by hand gets. */
  sample(config: Config, now: number): JsonValue;
}
