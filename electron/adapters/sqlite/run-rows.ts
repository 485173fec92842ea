// A run's own row: its columns, and what they mean.

import { appErrorShape } from '../../../shared/error-shape.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { type RunOrigin, type RunSummary, runOrigin } from '../../../shared/model/run.ts';
import { isDamaged, readJson } from './rows.ts';

export interface RunRow {
  number: number;
  id: RunId;
  title: string;
  kind: RunSummary['kind'];
  workflow: RunSummary['workflow'] | null;
  origin_kind: string;
  origin_of: string;
  origin_step: string | null;
  origin: string | null;
  status: RunSummary['status'];
  started_at: number;
  ended_at: number | null;
  steps_done: number;
  error: string | null;
}

export const runColumns =
  'number, id, title, kind, workflow, origin_kind, origin_of, origin_step, origin, status, started_at, ended_at, steps_done, error';

/** What a run came from, for the indices; the step where there is one. The whole origin is kept beside it. */
export function originColumns(origin: RunOrigin): [of: string, step: string | null, whole: string] {
  const whole = JSON.stringify(origin);
  switch (origin.kind) {
    case 'manual':
      return [origin.by, null, whole];
    case 'chat':
      return [origin.conversation, null, whole];
    case 'client':
      return [origin.client, null, whole];
    case 'job':
      return [origin.job, null, whole];
    case 'replay':
      return [origin.run, null, whole];
    default:
      return [origin.run, origin.step ?? null, whole];
  }
}

/** The few that many runs share: those that a person started. */
const origins = new Map<string, RunOrigin>();

function toOrigin(row: RunRow): RunOrigin {
  if (row.origin !== null) {
    const known = origins.get(row.origin);
    if (known !== undefined) return known;
    const origin = readJson(runOrigin, row.origin, `origin of run ${row.id}`);
    if (origin.kind === 'manual') origins.set(row.origin, Object.freeze(origin));
    return origin;
  }
  const { origin_kind: kind, origin_of: of, origin_step: step } = row;
  return runOrigin.parse(
    kind === 'manual' ? { kind, by: of } : kind === 'chat' ? { kind, conversation: of } : { kind, run: of, step: step ?? undefined },
  );
}

export function toSummary(row: RunRow): RunSummary {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    kind: row.kind,
    ...(row.workflow === null ? {} : { workflow: row.workflow }),
    origin: toOrigin(row),
    status: row.status,
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    stepsDone: row.steps_done,
    ...(row.error === null ? {} : { error: readJson(appErrorShape, row.error, `run ${row.id}`) }),
  };
}

/** For lists: a damaged row is shown as what it is and does not hide the others. */
export function toListed(row: RunRow): RunSummary {
  try {
    return toSummary(row);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    const plain: RunRow = { ...row, origin_kind: 'manual', origin_of: 'desktop', origin: null, error: null };
    return { ...toSummary(plain), error: error.toJSON() };
  }
}
