// The id of the run that a step makes: known to who makes it, and to who follows it in another run's record.

import type { RunId } from '../../../shared/model/ids.ts';
import type { Ports } from '../ports.ts';

/** The same for the same attempt of the same step. */
export const childRunId = (hash: Ports['hash'], run: RunId, step: string, attempt: number): RunId =>
  `c${hash(`${run}/${step}/${attempt}`).slice(0, 24)}` as RunId;
