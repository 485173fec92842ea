// The calls of one session as steps of its run: each is journaled, counted against the limits, asked about where no grant allows it, done,
// and written down.

import { AppError, cancelled, toAppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Ports } from '../ports.ts';
import type { Audit, Inbox, Policy, RunHub } from '../services.ts';
import { redactError } from '../tools/redact.ts';
import type { ClientLimits } from './limits.ts';

export interface StepDeps {
  ports: Pick<Ports, 'clock' | 'ids' | 'vault'>;
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

const emptyGrant = { tools: [], folders: [] };
const maxCallsAtOnce = 16;

export interface CallSteps {
  readonly run: RunId | undefined;
  readonly calls: number;
  step<T>(call: StepOf, work: (at: { run: RunId; step: string }) => Promise<T>): Promise<T>;
}

export function createCallSteps(
  { ports, policy, audit, hub, inbox, limits, hostEnds }: StepDeps,
  client: string,
  ended: AbortSignal,
): CallSteps {
  let run: RunId | undefined;
  let calls = 0;
  let going = 0;
  const who = { kind: 'client' as const, id: client, name: client };

  /** Made by the first call: a program that only looks leaves no run behind. */
  function openRun(): RunId {
    if (run !== undefined) return run;
    run = ports.ids.next() as RunId;
    hub.create({
      id: run,
      title: client,
      kind: 'turn',
      origin: { kind: 'client', client },
      startedAt: ports.clock.now(),
      inputs: {},
      grant: emptyGrant,
    });
    return run;
  }

  /** Asks the policy, and the person where it must; what was begun before was answered before. */
  async function mayGoOn({ name, args, signal, isBegun, asks }: StepOf, id: RunId, step: string): Promise<void> {
    if (isBegun) return;
    const request = {
      actor: { kind: 'client' as const, client },
      action: { kind: 'serve' as const, client, tool: name, args },
      run: { id, title: client, grant: emptyGrant },
      step,
    };
    if (asks !== undefined && policy.explain(request).outcome === 'ask') asks();
    await policy.require(request, { signal });
  }

  async function step<T>(call: StepOf, work: (at: { run: RunId; step: string }) => Promise<T>): Promise<T> {
    const { name } = call;
    if (ended.aborted) throw cancelled();
    if (going >= maxCallsAtOnce)
      throw new AppError('too-many-calls', `More than ${maxCallsAtOnce} calls at once.`, {
        hint: 'Wait for some of them.',
        retryable: true,
      });
    limits.call(client, name);
    const id = openRun();
    calls += 1;
    going += 1;
    const key = `call-${calls}`;
    const startedAt = ports.clock.now();
    const about = { step: key, node: name };
    const note = (outcome: 'done' | 'failed', reason: string): void =>
      audit.record({ kind: 'call', actor: who, what: `orrery.${name}`, outcome, reason: reason.slice(0, 2000), run: id, step: key });
    try {
      await hub.record(id, { type: 'step-start', at: startedAt, ...about, attempt: 1 });
      await mayGoOn(call, id, key);
      const result = await work({ run: id, step: key });
      await hub.record(id, {
        type: 'step-done',
        at: ports.clock.now(),
        ...about,
        attempt: 1,
        ms: ports.clock.now() - startedAt,
        outputs: { out: JSON.parse(JSON.stringify(result)) },
      });
      note('done', call.isBegun ? `${client} waited for what it had called before the host changed.` : `${client} called it.`);
      return result;
    } catch (error) {
      const known = redactError(ports.vault, toAppError(error));
      await hub.record(id, {
        type: 'step-failed',
        at: ports.clock.now(),
        ...about,
        attempt: 1,
        ms: ports.clock.now() - startedAt,
        error: known.toJSON(),
      });
      note('failed', known.message);
      // Nobody waits for an answer any more.
      if (call.signal.aborted && !hostEnds()) inbox.withdraw(id, key);
      throw known;
    } finally {
      going -= 1;
    }
  }

  return {
    get run() {
      return run;
    },
    get calls() {
      return calls;
    },
    step,
  };
}
