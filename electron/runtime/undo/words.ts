// Changes in words. Pure.

import type { Change } from '../../../shared/model/change.ts';

const kindWords: Record<Change['kind'], string> = {
  file: 'the file',
  folder: 'the file',
  setting: 'the setting',
  memory: 'the memory',
  workflow: 'the workflow',
  agent: 'the agent',
  job: 'the job',
  server: 'the tool server',
  grant: 'the grant',
  secret: 'the secret',
  client: 'the program',
};
const named = (change: Pick<Change, 'kind' | 'title'>): string => `${kindWords[change.kind]} ${change.title}`;

/** What happened: "Changed the file notes.md". */
export function whatWords(change: Pick<Change, 'kind' | 'title' | 'op' | 'before' | 'after' | 'from' | 'target'>): string {
  switch (change.op ?? 'write') {
    case 'move':
      return `Moved ${change.from ?? ''} to ${change.target}`;
    case 'create-folder':
      return `Made the folder ${change.title}`;
    case 'remove-folder':
      return `Deleted the empty folder ${change.title}`;
    case 'write':
      if (change.kind === 'client') return change.after === null ? `Revoked ${named(change)}` : `Let ${named(change)} in`;
      if (change.before === null) return `Made ${named(change)}`;
      return change.after === null ? `Deleted ${named(change)}` : `Changed ${named(change)}`;
  }
}

/** What undoing it will do. */
export function undoWords(change: Pick<Change, 'kind' | 'title' | 'op' | 'before' | 'after' | 'from'>): string {
  switch (change.op ?? 'write') {
    case 'move':
      return `Moves ${change.title} back to ${change.from ?? 'where it was'}`;
    case 'create-folder':
      return `Removes the folder ${change.title} if it is empty`;
    case 'remove-folder':
      return `Makes the folder ${change.title} again`;
    case 'write':
      if (change.kind === 'client') return change.before === null ? `Lets ${named(change)} in no more` : `Lets ${named(change)} in again`;
      if (change.before === null) return `Removes ${named(change)}`;
      return change.after === null ? `Brings back ${named(change)}` : `Puts ${named(change)} back as it was`;
  }
}

export interface Difference {
  path: string;
  before?: string;
  after?: string;
}

const maxShown = 400;
const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
};
const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Where two JSON values differ, one thing a line, the deepest place that tells it. Lists of things with ids are paired by them. */
export function differences(before: unknown, after: unknown, at = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], at === '' ? key : `${at}.${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now] = [byName(before), byName(after)];
    if (old !== undefined && now !== undefined)
      return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => differences(old.get(key), now.get(key), `${at}[${key}]`));
    const plain = [...before, ...after].every((each) => !isRecord(each) && !Array.isArray(each));
    if (plain) {
      const gone = before.filter((each) => !after.includes(each));
      const come = after.filter((each) => !before.includes(each));
      if (gone.length + come.length > 0)
        return [...gone.map((each) => ({ path: at, before: short(each) })), ...come.map((each) => ({ path: at, after: short(each) }))];
    }
  }
  return [
    {
      path: at,
      ...(before === undefined || before === null ? {} : { before: short(before) }),
      ...(after === undefined || after === null ? {} : { after: short(after) }),
    },
  ];
}

function byName(list: readonly unknown[]): Map<string, unknown> | undefined {
  const found = new Map<string, unknown>();
  for (const each of list) {
    const name = isRecord(each) ? (each.id ?? each.name) : undefined;
    if (typeof name !== 'string' || found.has(name)) return undefined;
    found.set(name, each);
  }
  return found;
}
