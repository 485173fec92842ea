import { afterEach, expect, test, vi } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import type { StepSpec } from '../services.ts';
import { type AttemptSession, LiveAttempt } from './live-attempt.ts';
import { RunActivity } from './run-activity.ts';
import { Stops } from './stops.ts';

afterEach(() => vi.useRealTimers());

function sessionWith(stops: Stops): AttemptSession {
  return {
    id: 'r' as RunId,
    signal: new AbortController().signal,
    clock: { now: () => Date.now() } as AttemptSession['clock'],
    redact: (text) => text,
    activity: new RunActivity(
      false,
      () => undefined,
      () => undefined,
    ),
    hold: { heldMs: 0 },
    record: async () => undefined,
    log: () => undefined,
    emit: () => undefined,
    stops,
  };
}
const spec = (run: StepSpec['run']): StepSpec => ({ step: 's', node: 's', effect: 'none', what: 'It', timeoutMs: 3_600_000, run });

test('a step that was stopped leaves no timer behind, also when its node ignores the signal', async () => {
  vi.useFakeTimers();
  const stops = new Stops();
  const node = Promise.withResolvers<Record<string, never>>();
  const attempt = new LiveAttempt(
    sessionWith(stops),
    spec(() => node.promise),
    1,
    0,
  );
  const ended = expect(attempt.run()).rejects.toMatchObject({ code: 'cancelled' });
  expect(vi.getTimerCount()).toBe(1);
  stops.stopAll();
  await ended;
  expect(vi.getTimerCount()).toBe(0);
  expect(attempt.signal.aborted).toBe(true);
  node.resolve({});
});
