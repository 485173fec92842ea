// When a server that crashed is started again. Pure: the clock and the timers belong to the caller.

export interface RestartPolicy {
  /** Wait before the first restart; doubled each time. Milliseconds. */
  baseMs: number;
  maxMs: number;
  /** A server that ran at least this long did not crash quickly: the count starts again. */
  quickMs: number;
  /** So many quick crashes in a row, and it stays down until a person asks. */
  breakAfter: number;
}
export const defaultRestartPolicy: RestartPolicy = { baseMs: 500, maxMs: 60_000, quickMs: 60_000, breakAfter: 5 };

export type AfterCrash = { quickCrashes: number; action: 'restart'; waitMs: number } | { quickCrashes: number; action: 'give-up' };

export function afterCrash(quickCrashes: number, uptimeMs: number, policy: RestartPolicy = defaultRestartPolicy): AfterCrash {
  const count = uptimeMs >= policy.quickMs ? 1 : quickCrashes + 1;
  if (count >= policy.breakAfter) return { quickCrashes: count, action: 'give-up' };
  return { quickCrashes: count, action: 'restart', waitMs: Math.min(policy.maxMs, policy.baseMs * 2 ** (count - 1)) };
}
