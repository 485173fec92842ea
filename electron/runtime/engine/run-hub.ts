// The one place that run events pass through: kept by the store first, then told to those who watch. It must not tell
// anyone of an event that is not on disk, except the live-only ones (seq 0). Engine, agents and API handlers use it.

import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent, RunSummary, SequencedEvent } from '../../../shared/model/run.ts';
import type { Log, RunStore } from '../ports.ts';
import type { RunHub } from '../services.ts';
import { batched, Channel } from '../util/channel.ts';
import { shownAtOnce } from './past/newest.ts';

/** Lists of runs are refreshed at most this often, in milliseconds. */
const listFrameMs = 100;

type StepEvent = Extract<RunEvent, { step: string }>;
type LiveStep = { held?: StepEvent; start?: StepEvent; progress?: StepEvent };

/** What goes to disk with one promise, and is told of when that is done. */
interface Turn {
  durable: Promise<void>;
  /** Of each event in `events`. */
  runs: RunId[];
  events: SequencedEvent[];
  told: Promise<void>;
}

export function createRunHub({ runs, log }: { runs: RunStore; log: Pick<Log, 'error'> }): RunHub {
  const watchers = new Map<RunId, Channel<SequencedEvent>>();
  /** What was only sent of steps still going, so that a window that opens now sees them running. */
  const live = new Map<RunId, Map<string, LiveStep>>();
  const changedRuns = new Channel<RunId>();
  const listeners = new Set<(run: RunSummary) => void>();

  /** Throws nothing: a fault here would put aside every run that has an event in the same commit. */
  const tellListeners = (id: RunId): void => {
    changedRuns.send(id);
    if (listeners.size === 0) return;
    let run: RunSummary | undefined;
    try {
      run = runs.get(id);
    } catch (error) {
      log.error('A run that changed could not be read, so nobody is told', { run: id, error: String(error) });
    }
    if (run === undefined) return;
    for (const listener of listeners) {
      try {
        listener(run);
      } catch (error) {
        log.error('A listener for runs failed', { run: id, error: String(error) });
      }
    }
  };

  const endWatching = (id: RunId): void => {
    live.delete(id);
    watchers.get(id)?.end();
    watchers.delete(id);
  };

  const deliver = (id: RunId, kept: SequencedEvent): void => {
    const { event } = kept;
    watchers.get(id)?.send(kept);
    switch (event.type) {
      case 'step-done':
      case 'step-failed':
      case 'step-skipped':
        live.get(id)?.delete(event.step);
        if (changedRuns.readerCount > 0) changedRuns.send(id);
        return;
      case 'run-end':
        endWatching(id);
        tellListeners(id);
        return;
      case 'run-start':
      case 'run-status':
        tellListeners(id);
        return;
      default:
    }
  };

  let turn: Turn | undefined;
  const openTurn = (durable: Promise<void>): Turn => {
    const of: RunId[] = [];
    const events: SequencedEvent[] = [];
    const told = durable.then(() => {
      for (const [at, kept] of events.entries()) deliver(of[at] as RunId, kept);
    });
    return { durable, runs: of, events, told };
  };

  const noteLive = (id: RunId, event: RunEvent): void => {
    if (event.type !== 'step-start' && event.type !== 'step-progress' && event.type !== 'step-held') return;
    let steps = live.get(id);
    if (steps === undefined) {
      steps = new Map();
      live.set(id, steps);
    }
    if (event.type === 'step-start') steps.set(event.step, { start: event });
    else if (event.type === 'step-held') steps.set(event.step, { held: event });
    else steps.set(event.step, { ...steps.get(event.step), progress: event });
  };

  const liveNow = (id: RunId): SequencedEvent[] => {
    const events: SequencedEvent[] = [];
    for (const step of live.get(id)?.values() ?? []) {
      if (step.held !== undefined) events.push({ seq: 0, event: step.held });
      if (step.start !== undefined) events.push({ seq: 0, event: step.start });
      if (step.progress !== undefined) events.push({ seq: 0, event: step.progress });
    }
    return events;
  };

  async function* watch(id: RunId, after: number, signal: AbortSignal | undefined): AsyncGenerator<SequencedEvent[]> {
    const run = runs.get(id);
    if (run === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });
    const channel = watchers.get(id) ?? new Channel<SequencedEvent>();
    watchers.set(id, channel);
    // Followed before reading and in the same turn: what is not read is still to come, and what is both is told apart by seq.
    const changes = channel.follow(signal);
    try {
      const { events: kept } = runs.readNewest(id, shownAtOnce, after);
      const last = kept.at(-1)?.seq ?? after;
      const hasEnded = kept.at(-1)?.event.type === 'run-end' || isOver(run);
      const first = hasEnded ? kept : kept.concat(liveNow(id));
      if (first.length > 0) yield first;
      if (hasEnded) return;
      for await (const batch of batched(changes)) {
        const fresh = batch.filter((item) => item.seq === 0 || item.seq > last);
        if (fresh.length > 0) yield fresh;
      }
    } finally {
      await changes.return?.();
      if (channel.readerCount === 0 && watchers.get(id) === channel) watchers.delete(id);
    }
  }

  async function* watchList(signal: AbortSignal | undefined): AsyncGenerator<RunSummary[]> {
    for await (const ids of batched(changedRuns.follow(signal), listFrameMs)) {
      const changed = [...new Set(ids)].map((id) => runs.get(id)).filter((run) => run !== undefined);
      if (changed.length > 0) yield changed;
    }
  }

  return {
    create(run, options): RunSummary {
      const summary = runs.create(run, options);
      const starting = runs.starting?.(run.id);
      if (starting === undefined) tellListeners(run.id);
      else
        starting.durable.then(
          () => {
            for (const item of starting.events) watchers.get(run.id)?.send(item);
            tellListeners(run.id);
          },
          // Whoever waits for it hears it from the store.
          () => endWatching(run.id),
        );
      return summary;
    },
    record(id, event, mayWait) {
      // Those who watch are given what is kept: large values stay where they lie.
      let appended: ReturnType<RunStore['append']>;
      try {
        appended = runs.append(id, event, mayWait);
      } catch (error) {
        // A store that throws refuses: who runs ahead without awaiting must not be thrown at.
        return Promise.reject(error);
      }
      const { seq, durable, kept = event } = appended;
      // Rows that share a commit are told of together: one promise for all of them.
      if (turn?.durable !== durable) turn = openTurn(durable);
      turn.runs.push(id);
      turn.events.push({ seq, event: kept });
      return turn.told;
    },
    emit(id, event) {
      noteLive(id, event);
      watchers.get(id)?.send({ seq: 0, event });
    },
    watch,
    watchList,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const isOver = (run: RunSummary | undefined): boolean =>
  run === undefined || run.status === 'done' || run.status === 'failed' || run.status === 'cancelled';
