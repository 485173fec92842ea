// The calls of one session as steps of its run: each is journaled, counted against the limits, asked about where no grant allows it, done,
// and written down.

import { AppError, cancelled, toAppError } from '../../../shared/errors.ts';
import type { Agreed } from '../../../shared/model/agreed-graph.ts';
import type { InboxId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { RunActivity } from '../engine/run-activity.ts';
import { wordsOfFirst } from '../policy/action-words.ts';
import { namesFrom } from '../policy/ask-action.ts';
import type { Ports } from '../ports.ts';
import type { Audit, Inbox, Policy, RunHub } from '../services.ts';
import { redactError } from '../tools/redact.ts';
import type { ClientLimits } from './limits.ts';

export interface StepDeps {
  ports: Pick<Ports, 'clock' | 'ids' | 'vault' | 'log'> & { store: Pick<Ports['store'], 'workflows' | 'agents'> };
  policy: Policy;
  audit: Audit;
  hub: Pick<RunHub, 'create' | 'record'>;
  inbox: Pick<Inbox, 'withdraw'>;
  limits: ClientLimits;
  /** The host ends: nothing that goes is stopped. */
  hostEnds(): boolean;
}

export interface StepOf {
  name: string;
  args: JsonObject;
  signal: AbortSignal;
  /** It was allowed and begun in an earlier session: it is only waited for. */
  isBegun: boolean;
  /** No grant allows it: the person is asked now. */
  asks?: (() => void) | undefined;
}

/** Characters of an answer that stay in the journal; the program has the whole. */
const maxKept = 16_000;
function kept(result: unknown): JsonValue {
  const text = JSON.stringify(result);
  if (text.length <= maxKept) return JSON.parse(text) as JsonValue;
  return { begin: text.slice(0, maxKept), note: `${text.length - maxKept} more characters went to the program and are not kept here.` };
}

const emptyGrant = { tools: [], folders: [] };
const maxCallsAtOnce = 16;

/** Where a call is done, the standing grant that allowed it, and what it was allowed for. */
export interface At {
  run: RunId;
  step: string;
  grant: string | undefined;
  agreed: Agreed | undefined;
}

export interface CallSteps {
  readonly run: RunId | undefined;
  readonly calls: number;
  /** Settles when no call goes any more; each ends soon when its session has. */
  settled(): Promise<void>;
  /** Its run is over: nothing more is told of it. */
  close(): void;
  step<T>(call: StepOf, work: (at: At) => Promise<T>): Promise<T>;
}

export function createCallSteps(
  { ports, policy, audit, hub, inbox, limits, hostEnds }: StepDeps,
  client: string,
  ended: AbortSignal,
): CallSteps {
  let run: RunId | undefined;
  let calls = 0;
  const going = new Set<Promise<unknown>>();
  const who = { kind: 'client' as const, id: client, name: client };
  /** It waits for the person when each of its calls that go does. */
  const activity = new RunActivity(false, (status) => {
    if (run === undefined) return;
    hub
      .record(run, { type: 'run-status', at: ports.clock.now(), status })
      .catch((error: unknown) => ports.log.warn('That a program waits could not be kept', { run, error: String(error) }));
  });

  /** Made by the first call: a program that only looks leaves no run behind. */
  function openRun({ name, args }: StepOf): RunId {
    if (run !== undefined) return run;
    run = ports.ids.next() as RunId;
    hub.create({
      id: run,
      title: ports.vault.redact(`${client}: ${wordsOfFirst(name, args, namesFrom(ports.store))}`).slice(0, 200),
      kind: 'turn',
      origin: { kind: 'client', client },
      startedAt: ports.clock.now(),
      inputs: {},
      grant: emptyGrant,
    });
    return run;
  }

  /** What a question tells of itself: that its step waits is in the journal, and in every list of runs. */
  function waits(
    id: RunId,
    about: { step: string; node: string },
  ): { waiting(inbox: InboxId): Promise<void>; answered(inbox: InboxId): Promise<void>; stop(): void } {
    let isWaiting = false;
    const stop = (): void => {
      if (isWaiting) activity.stopWaiting();
      isWaiting = false;
    };
    return {
      async waiting(inbox) {
        await hub.record(id, { type: 'step-waiting', at: ports.clock.now(), ...about, inbox });
        if (!isWaiting) activity.startWaiting();
        isWaiting = true;
      },
      async answered(inbox) {
        await hub.record(id, { type: 'step-answered', at: ports.clock.now(), ...about, inbox });
        stop();
      },
      stop,
    };
  }

  /** Asks the policy, and the person where it must; what was begun before was answered before. */
  async function mayGoOn(
    { name, args, signal, isBegun, asks }: StepOf,
    { id, step, wait }: { id: RunId; step: string; wait: Pick<ReturnType<typeof waits>, 'waiting' | 'answered'> },
  ): Promise<Pick<At, 'grant' | 'agreed'>> {
    if (isBegun) return { grant: undefined, agreed: undefined };
    const request = {
      actor: { kind: 'client' as const, client },
      action: { kind: 'serve' as const, client, tool: name, args },
      run: { id, title: client, grant: emptyGrant },
      step,
    };
    if (policy.explain(request).outcome === 'ask') {
      limits.ask(client);
      asks?.();
    }
    const { grant } = await policy.require(request, { signal, ...wait });
    // At once: what is changed after this was allowed by nobody, and is asked about when it is taken up.
    return { grant, agreed: policy.heldTo(request.action, grant) };
  }

  async function step<T>(call: StepOf, work: (at: At) => Promise<T>): Promise<T> {
    if (ended.aborted) throw cancelled();
    if (going.size >= maxCallsAtOnce)
      throw new AppError('too-many-calls', `More than ${maxCallsAtOnce} calls at once.`, {
        hint: 'Wait for some of them.',
        retryable: true,
      });
    limits.call(client, call.name);
    calls += 1;
    const done = take(call, { id: openRun(call), key: `call-${calls}` }, work);
    going.add(done);
    activity.enter();
    try {
      return await done;
    } finally {
      going.delete(done);
      activity.leave();
    }
  }

  async function take<T>(call: StepOf, { id, key }: { id: RunId; key: string }, work: (at: At) => Promise<T>): Promise<T> {
    const { name } = call;
    const startedAt = ports.clock.now();
    const about = { step: key, node: name };
    const wait = waits(id, about);
    const note = (outcome: 'done' | 'failed', reason: string): void =>
      audit.record({ kind: 'call', actor: who, what: `orrery.${name}`, outcome, reason: reason.slice(0, 2000), run: id, step: key });
    const ends = () => ({ at: ports.clock.now(), ...about, attempt: 1, ms: ports.clock.now() - startedAt });
    /** What the disk refuses now takes nothing from what the program is told. `isLeft`: nobody waits for an answer any more. */
    const keepFailure = async (event: RunEvent, isLeft: boolean): Promise<void> => {
      try {
        if (isLeft) inbox.withdraw(id, key);
        await hub.record(id, event);
      } catch (error) {
        ports.log.warn('How a call of a program ended could not be kept', { run: id, step: key, error: String(error) });
      }
    };
    try {
      await hub.record(id, { type: 'step-start', at: startedAt, ...about, attempt: 1 });
      const allowed = await mayGoOn(call, { id, step: key, wait });
      const result = await work({ run: id, step: key, ...allowed });
      await hub.record(id, { type: 'step-done', ...ends(), outputs: { out: kept(result) } });
      note('done', call.isBegun ? `${client} waited for what it had called before the host changed.` : `${client} called it.`);
      return result;
    } catch (error) {
      const known = redactError(ports.vault, toAppError(error));
      note('failed', known.message);
      await keepFailure({ type: 'step-failed', ...ends(), error: known.toJSON() }, call.signal.aborted && !hostEnds());
      throw known;
    } finally {
      wait.stop();
    }
  }

  return {
    get run() {
      return run;
    },
    get calls() {
      return calls;
    },
    settled: () => Promise.allSettled(going).then(() => undefined),
    close: () => activity.close(),
    step,
  };
}
