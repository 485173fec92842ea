// After a crash: of each change that was under way, did it happen? What is there tells, compared with what was and what was meant.

import type { Clock, Files } from '../ports.ts';
import { removeLeftovers } from './leftovers.ts';
import { type LookDeps, type Now, nowOf } from './looking.ts';
import { notKept } from './recorder.ts';
import type { StoredChange } from './undo-ports.ts';

/** Gives how many happened, did not happen, and cannot be told, and how many files that were cut short went. */
export async function settleBegun(
  deps: LookDeps & { files: Pick<Files, 'list' | 'remove'>; clock: Pick<Clock, 'now'> },
  begun: readonly StoredChange[],
): Promise<{ happened: number; not: number; unclear: number; leftovers: number }> {
  const counts = { happened: 0, not: 0, unclear: 0, leftovers: await removeLeftovers(deps, begun) };
  for (const change of begun) {
    const verdict = await verdictOf(deps, change);
    if (verdict.state === 'not') {
      deps.changes.drop(change.id);
      counts.not += 1;
      continue;
    }
    deps.changes.settle(change.id, { state: verdict.state, after: verdict.after, note: 'Orrery ended while this was done.' });
    if (verdict.state === 'done') counts.happened += 1;
    else counts.unclear += 1;
  }
  return counts;
}

type Verdict = { state: 'not' } | { state: 'done' | 'unclear'; after: string | null };

async function verdictOf(deps: LookDeps, change: StoredChange): Promise<Verdict> {
  let now: Now;
  try {
    now = await nowOf(deps, change);
  } catch {
    // Its folder cannot be looked into (gone, closed): nothing can be told, and that is what is said.
    return { state: 'unclear', after: null };
  }
  const after = now === 'folder' || now === 'empty-folder' || now === 'other' ? null : now;
  switch (change.op) {
    case 'move': {
      const from = await nowOf(deps, change, change.from ?? '').catch((): Now => null);
      return from === null && now !== null ? { state: 'done', after: null } : { state: 'not' };
    }
    case 'create-folder':
      return now === null ? { state: 'not' } : { state: 'done', after: null };
    case 'remove-folder':
      return now === null ? { state: 'done', after: null } : { state: 'not' };
    case 'write':
      if (change.intended !== undefined && now === change.intended) return { state: 'done', after };
      if (now === change.before) return { state: 'not' };
      // What was meant is not known: that something else is there now is all that can be seen.
      return { state: change.intended === undefined && change.before !== notKept ? 'done' : 'unclear', after };
  }
}
