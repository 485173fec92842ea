// Where a person goes from who did something and why it was allowed. Pure; what the log says of it is read by shared/model/audit-why.ts.

import type { AuditActor } from '../../../shared/model/audit.ts';
import type { Why } from '../../../shared/model/audit-why.ts';

export { type Why, whyFor, whyIn, whysOf } from '../../../shared/model/audit-why.ts';

/** Where the thing that allowed it can be changed. `key` is of the words for it. */
export interface Source {
  key: 'grant' | 'agent' | 'job' | 'chat';
  id: string;
}
export function sourceOf({ actor, rule, grant, conversation, answer }: Why): Source | undefined {
  const given = answer?.grant ?? grant;
  if (given !== undefined) return { key: 'grant', id: given };
  if (rule === 'agent-grant' && actor.kind === 'agent' && actor.id !== undefined) return { key: 'agent', id: actor.id };
  if ((rule === 'job-grant' || rule === 'outside-job-grant') && actor.kind === 'job' && actor.id !== undefined)
    return { key: 'job', id: actor.id };
  if (rule === 'this-chat' && conversation !== undefined) return { key: 'chat', id: conversation };
  return undefined;
}

/** Where one sees and changes who it was; undefined for the person, for Orrery itself, and for what has no place. */
export function placeOfActor({ kind, id }: AuditActor): { key: 'agents' | 'jobs' | 'tools' | 'settings'; id: string } | undefined {
  if (kind === 'client') return { key: 'settings', id: 'programs' };
  if (id === undefined) return undefined;
  if (kind === 'agent') return { key: 'agents', id };
  if (kind === 'job') return { key: 'jobs', id };
  return kind === 'server' ? { key: 'tools', id } : undefined;
}

/** The step of a turn in which a call of a message was made: its number is the end of the call's id. */
export const stepOfCall = (call: string): string | undefined => {
  const place = /-(\d+-\d+)$/.exec(call)?.[1];
  return place === undefined ? undefined : `tool-${place}`;
};
