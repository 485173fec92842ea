// What is known of one step besides its values: its attempts, its log, what it used and where its outputs came from. Pure.

import type { RunEvent } from '../../../../shared/model/run.ts';
import type { StepDetails } from '../../services.ts';

type Attempt = NonNullable<StepDetails['attempts']>[number];

export function stepDetails(events: readonly RunEvent[], step: string): Omit<StepDetails, 'inputs' | 'outputs' | 'large' | 'largeInputs'> {
  const attempts = new Map<number, Attempt>();
  const logs: NonNullable<StepDetails['logs']> = [];
  const details: Pick<StepDetails, 'from' | 'usage'> = {};
  const below: NonNullable<StepDetails['usage']> = {};
  for (const event of events) {
    if (event.type === 'step-done' && event.usage !== undefined && event.step.startsWith(`${step}/`)) add(below, event.usage);
    if (!('step' in event) || event.step !== step) continue;
    switch (event.type) {
      case 'step-start':
        attempts.set(event.attempt, { attempt: event.attempt, startedAt: attempts.get(event.attempt)?.startedAt ?? event.at });
        break;
      case 'step-log':
        logs.push({ at: event.at, level: event.level, message: event.message });
        break;
      case 'step-failed':
      case 'step-done': {
        const { attempt, at, ms } = event;
        // Starts of pure steps are not kept.
        const startedAt = attempts.get(attempt)?.startedAt ?? at - ms;
        const failed = event.type === 'step-failed' ? { error: event.error, retryAt: event.retryAt } : {};
        attempts.set(attempt, { attempt, startedAt, endedAt: at, ...failed });
        if (event.type === 'step-done' && event.from !== undefined) details.from = event.from;
        if (event.type === 'step-done' && event.usage !== undefined) details.usage = event.usage;
        break;
      }
      default:
    }
  }
  // An agent's own step used what its model calls did.
  if (details.usage === undefined && Object.keys(below).length > 0) details.usage = below;
  return {
    ...details,
    ...(attempts.size === 0 ? {} : { attempts: [...attempts.values()].sort((a, b) => a.attempt - b.attempt) }),
    ...(logs.length === 0 ? {} : { logs }),
  };
}

function add(sum: NonNullable<StepDetails['usage']>, { inputTokens, outputTokens }: NonNullable<StepDetails['usage']>): void {
  if (inputTokens !== undefined) sum.inputTokens = (sum.inputTokens ?? 0) + inputTokens;
  if (outputTokens !== undefined) sum.outputTokens = (sum.outputTokens ?? 0) + outputTokens;
}
