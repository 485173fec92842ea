// Files that were added, changed or removed. What was seen is remembered, so that changes while the host was closed are found at the
// next start by comparing. A burst is told together, one run for each file or one with their list.

import { counted } from '../../../shared/count.ts';
import { AppError, isCancelled, toAppError } from '../../../shared/errors.ts';
import { globFor } from '../../../shared/glob.ts';
import type { MissedRule } from '../../../shared/model/job.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { unattended } from '../policy/unattended.ts';
import { isWithin } from './paths.ts';
import { chainOf, maxChain } from './run-finished.source.ts';
import { compare, type FileEvent, isSeen, readSeen, type Seen, writeSeen } from './seen-files.ts';
import type { ArmedJob, SourceDeps, TriggerEvent, TriggerSource } from './trigger-source.ts';
import { writerOf } from './written-files.ts';

interface Config {
  path: string;
  pattern: string;
  recursive: boolean;
  added: boolean;
  changed: boolean;
  removed: boolean;
  settleMs: number;
  batch: 'each' | 'list';
  missed: MissedRule;
}

/** What comes within this is one burst, in milliseconds. */
const burstMs = 250;
/** A burst is told at the latest when it holds so many. */
const maxBurst = 1000;
const lookAgainMs = 10_000;

export function filesSource({ ports }: SourceDeps): TriggerSource<Config> {
  const wants = (config: Config): ((event: FileEvent) => boolean) => {
    const glob = globFor(config.pattern);
    const root = config.path.replaceAll('\\', '/').replace(/\/+$/, '');
    // A watched file itself is judged by its name.
    const nameFor = (path: string): string => (path === root ? (root.split('/').at(-1) ?? root) : path.slice(root.length + 1));
    return ({ kind, path }) => config[kind] && (glob === undefined || glob(nameFor(path.replaceAll('\\', '/'))));
  };

  /** Granted by its text and, asked of the file port, by where it leads: a link out of the grant is watched by nobody. */
  async function mustBeReachable(config: Config, folders: readonly string[]): Promise<void> {
    mustBeGranted(config, folders);
    try {
      await ports.files.info(config.path, folders);
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (error instanceof AppError && error.code === 'folder-leads-elsewhere') throw placedAtPath(error);
      throw new AppError('folder-not-found', `There is no folder ${config.path} that could be watched.`, {
        place: 'path',
        hint: 'Give the whole path of a folder that exists.',
        cause: error,
      });
    }
  }

  /** A file that a job's run wrote carries on that run's chain: runs that feed their own folder come to an end. */
  const chainAfter = (path: string): number => {
    const id = writerOf(ports.store.runs, path);
    const run = id === undefined ? undefined : ports.store.runs.get(id);
    return run === undefined || unattended(ports, run.id) === undefined ? 0 : chainOf(ports.store.runs, run) + 1;
  };

  /** Watches once, and calls `looked` when what comes is seen; settles when watching ended: told to stop, or the folder went away. */
  async function watchOnce(job: ArmedJob<Config>, signal: AbortSignal, looked: () => void): Promise<void> {
    const { config } = job;
    const isWanted = wants(config);
    const { promise: gone, reject: lose } = Promise.withResolvers<never>();
    gone.catch(() => undefined);
    const known = readSeen(job.state());
    const found: Seen = new Map();
    let seen: Seen | undefined;
    let burst: FileEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      clearTimeout(timer);
      timer = undefined;
      const events = burst;
      burst = [];
      if (events.length === 0 || seen === undefined || signal.aborted) return;
      const links = events.map(({ path }) => chainAfter(path));
      if (links.some((chain) => chain > maxChain)) job.halt(looped(config).toJSON());
      else job.fire(toEvents(events, config, links), writeSeen(seen));
    };
    try {
      await ports.watch.watch(
        config.path,
        { recursive: config.recursive, signal, settleMs: config.settleMs, initial: true, onGone: lose },
        (event) => {
          const { path, size, modifiedAt } = event;
          if (seen === undefined) {
            if (event.kind !== 'removed') found.set(path, [modifiedAt, size]);
            return;
          }
          if (isSeen(seen, event)) return;
          if (event.kind === 'removed') seen.delete(path);
          else seen.set(path, [modifiedAt, size]);
          if (!isWanted(event)) return;
          burst.push(event);
          timer ??= setTimeout(tell, burstMs);
          if (burst.length >= maxBurst) tell();
        },
      );
      job.trouble(undefined);
      seen = found;
      tellMissed(job, known === undefined ? [] : compare(known, found).filter(isWanted), found);
      looked();
      await Promise.race([gone, aborted(signal)]);
    } finally {
      // What was seen is not lost with the folder: it is compared again when it is back.
      tell();
      clearTimeout(timer);
    }
  }

  async function watchAgainAndAgain(job: ArmedJob<Config>, signal: AbortSignal, looked: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        // The node may have been changed since it was turned on: another folder takes another grant.
        await mustBeReachable(job.config, job.folders);
        await watchOnce(job, signal, looked);
      } catch (error) {
        if (signal.aborted || isCancelled(error)) return;
        job.trouble(toAppError(error).toJSON());
        looked();
      }
      await ports.clock.sleep(lookAgainMs, signal).catch(() => undefined);
    }
  }

  return {
    check: ({ config, folders }) => mustBeReachable(config, folders),
    arm(job, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      void watchAgainAndAgain(job, signal, resolve)
        .catch((error: unknown) => {
          ports.log.error('A folder is no longer watched', { job: job.id, error: String(error) });
          job.trouble(toAppError(error).toJSON());
        })
        .finally(resolve);
      return promise;
    },
    sample: ({ path, batch }) => (batch === 'list' ? { files: [] } : payloadOf({ kind: 'added', path, size: 0, modifiedAt: 0 })),
  };
}

function mustBeGranted({ path }: Config, folders: readonly string[]): void {
  if (folders.some((folder) => isWithin(folder, path))) return;
  throw new AppError('folder-not-granted', `This job may not use ${path}.`, {
    place: 'path',
    hint: `Add that folder to what the job may use; on the command line: orrery jobs on … --folder ${JSON.stringify(path)}`,
  });
}

const placedAtPath = (error: AppError): AppError =>
  new AppError(error.code, error.message, {
    place: 'path',
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
    cause: error,
  });

const payloadOf = ({ kind, path, size, modifiedAt }: FileEvent): JsonObject => ({
  event: kind,
  path,
  name: path.split(/[\\/]/).at(-1) ?? path,
  size,
  modifiedAt,
});

const looped = ({ path }: Config): AppError =>
  new AppError('trigger-loop', `More than ${maxChain} runs started each other by writing into ${path}, so this job was stopped.`, {
    hint: 'Let the workflow write into another folder than the one it watches, then turn it on again.',
  });

const linked = (payload: JsonObject, chain: number): JsonObject => (chain === 0 ? payload : { ...payload, chain });

/** `links`: how many runs led to each. */
const toEvents = (events: readonly FileEvent[], config: Config, links: readonly number[] = []): TriggerEvent[] =>
  config.batch === 'list'
    ? [{ payload: linked({ files: events.map(payloadOf) }, Math.max(0, ...links)) }]
    : events.map((event, at) => ({ payload: linked(payloadOf(event), links[at] ?? 0) }));

function tellMissed(job: ArmedJob<Config>, events: readonly FileEvent[], found: Seen): void {
  const { config } = job;
  if (events.length === 0) {
    job.keep(writeSeen(found));
    return;
  }
  const kept = events.slice(-maxBurst);
  const left = events.length - kept.length;
  const list = (missed?: string): TriggerEvent => ({
    payload: config.batch === 'each' && kept.length === 1 && kept[0] !== undefined ? payloadOf(kept[0]) : { files: kept.map(payloadOf) },
    ...(missed === undefined ? {} : { missed }),
  });
  const told: TriggerEvent[] =
    config.missed === 'skip'
      ? [list(`${counted(kept.length + left, 'file')} changed while nobody watched`)]
      : config.missed === 'once'
        ? [list()]
        : toEvents(kept, config);
  if (left > 0 && config.missed !== 'skip')
    told.push({
      payload: null,
      missed: `${counted(left, 'more file')} changed while nobody watched; no more than ${maxBurst} are caught up on`,
    });
  job.fire(told, writeSeen(found));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
