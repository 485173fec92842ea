import type { z } from 'zod';
import { change as changeShape } from '../../../shared/model/change.ts';
import type { StoredChange } from '../../runtime/undo/undo-ports.ts';

/** Without `seq`, in the order in which they are inserted. */
export const changeColumns =
  'id, at, kind, target, title, op, state, before, after, intended, bytes, cannot_undo, undone_at, undoes, actor_kind, actor_id, actor_name, run, run_title, step, conversation, set_id, moved_from, root, mode, note';

export interface ChangeRow {
  seq: number;
  id: string;
  at: number;
  kind: string;
  target: string;
  title: string;
  op: string;
  state: string;
  before: string | null;
  after: string | null;
  intended: string | null;
  bytes: number;
  cannot_undo: string | null;
  undone_at: number | null;
  undoes: string | null;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  run: string | null;
  run_title: string | null;
  step: string | null;
  conversation: string | null;
  set_id: string;
  moved_from: string | null;
  root: string | null;
  mode: number | null;
  note: string | null;
}

const given = <K extends string, V>(key: K, value: V | null): { [Key in K]?: V } =>
  value === null ? {} : ({ [key]: value } as { [Key in K]: V });

export function toChange(row: ChangeRow): StoredChange {
  const change = {
    ...{ id: row.id, at: row.at, kind: row.kind, target: row.target, title: row.title, op: row.op, state: row.state },
    ...{ before: row.before, after: row.after, bytes: row.bytes, set: row.set_id },
    actor: { kind: row.actor_kind, name: row.actor_name, ...given('id', row.actor_id) },
    ...given('cannotUndo', row.cannot_undo),
    ...given('undoneAt', row.undone_at),
    ...given('undoes', row.undoes),
    ...given('run', row.run),
    ...given('runTitle', row.run_title),
    ...given('step', row.step),
    ...given('conversation', row.conversation),
    ...given('from', row.moved_from),
    ...given('root', row.root),
    ...given('mode', row.mode),
    ...given('note', row.note),
  };
  const parsed: z.infer<typeof changeShape> = changeShape.parse(change);
  const intended = row.intended === null ? {} : { intended: row.intended === 'none' ? null : row.intended };
  return { ...(parsed as StoredChange), ...intended };
}
