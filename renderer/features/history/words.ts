// Changes in words, for the page. Pure.

import type { AuditActor } from '../../../shared/model/audit.ts';
import type { Change, ChangeKind, ChangeSet } from '../../../shared/model/change.ts';

export type Verb = 'made' | 'changed' | 'deleted' | 'moved' | 'madeFolder' | 'deletedFolder' | 'gave' | 'revoked' | 'letIn' | 'letInNoMore';

export function verbOf(change: Pick<Change, 'op' | 'before' | 'after'> & { kind?: ChangeKind }): Verb {
  switch (change.op ?? 'write') {
    case 'move':
      return 'moved';
    case 'create-folder':
      return 'madeFolder';
    case 'remove-folder':
      return 'deletedFolder';
    case 'write':
      if (change.before !== null && change.after !== null) return 'changed';
      if (change.kind === 'client') return change.before === null ? 'letIn' : 'letInNoMore';
      if (change.kind === 'grant') return change.before === null ? 'gave' : 'revoked';
      return change.before === null ? 'made' : 'deleted';
  }
}

const kindIcons: Record<ChangeKind, string> = {
  file: 'file-text',
  folder: 'file-text',
  setting: 'settings',
  memory: 'brain',
  workflow: 'workflow',
  agent: 'bot',
  job: 'calendar-clock',
  server: 'wrench',
  grant: 'stamp',
  secret: 'key-round',
  client: 'terminal',
};

export const iconOf = (change: Pick<Change, 'kind' | 'op'>): string =>
  change.op === 'create-folder' || change.op === 'remove-folder' ? 'folder' : kindIcons[change.kind];

export const actorIcons: Record<AuditActor['kind'], string> = {
  person: 'user',
  agent: 'bot',
  workflow: 'workflow',
  job: 'calendar-clock',
  server: 'wrench',
  client: 'terminal',
  app: 'circle',
};

/** A set's heading: the run's title where there is one, else what it is about. */
export function setTitle(set: Pick<ChangeSet, 'titles' | 'count'> & { runTitle?: string | undefined }): string {
  if (set.runTitle !== undefined && set.runTitle !== '') return set.runTitle;
  const [first = '', ...rest] = set.titles;
  return rest.length === 0 ? first : `${first}, ${rest.join(', ')}${set.count > set.titles.length ? ', …' : ''}`;
}

/** What it is about, where its heading is the run's title. */
export const setThings = (set: Pick<ChangeSet, 'runTitle' | 'titles' | 'count'>): string =>
  set.runTitle === undefined || set.runTitle === '' ? '' : setTitle({ titles: set.titles, count: set.count });

interface Group {
  /** Undefined for steps that changed one thing each: there the change says its step. */
  step: string | undefined;
  changes: Change[];
}

/** Consecutive changes of the same step together, in the order in which they were made; steps of one change each share a group. */
export function byStep(changes: readonly Change[]): Group[] {
  const steps: Group[] = [];
  for (const change of changes) {
    const last = steps.at(-1);
    if (last !== undefined && last.step === change.step) last.changes.push(change);
    else steps.push({ step: change.step, changes: [change] });
  }
  const groups: Group[] = [];
  for (const { step, changes: own } of steps) {
    const last = groups.at(-1);
    if (own.length > 1) groups.push({ step, changes: own });
    else if (last !== undefined && last.step === undefined) last.changes.push(...own);
    else groups.push({ step: undefined, changes: own });
  }
  return groups;
}
