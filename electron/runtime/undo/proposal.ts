// What is asked outside of the page before an undo gives powers back: each of them where a dialog can hold it, else counted by kind, with
// the mark of the plan that the page shows whole. Pure, but for `detail`.

import { counted } from '../../../shared/count.ts';
import type { Change, ChangeDetail, UndoItem } from '../../../shared/model/change.ts';
import type { Proposal } from '../policy/proposals.ts';

/** What gives powers. Memory and workflows give none. */
const named = {
  setting: 'setting',
  agent: 'agent',
  job: 'job',
  server: 'tool server',
  grant: 'grant',
  secret: 'secret',
  client: 'program',
} as const satisfies Partial<Record<Change['kind'], string>>;
type PowerKind = keyof typeof named;

/** A dialog of the system shows no more lines (main/consent.ts), and none of which it would have to leave one out. */
export const maxProposalLines = 30;
const maxNames = 300;

export const givesPowers = (kind: Change['kind']): kind is PowerKind => Object.hasOwn(named, kind);
/** Short enough to be compared by eye. */
export const markOf = (hash: string): string => `${hash.slice(0, 4)} ${hash.slice(4, 8)}`;

type Meant = Pick<UndoItem, 'words'> & { change: Pick<Change, 'id' | 'kind' | 'title'> };

/** `meant`: what would be taken back, whatever it is of. Undefined where none of it gives powers. */
export async function undoProposal(
  meant: readonly Meant[],
  hash: string,
  detail: (id: Change['id']) => Promise<Pick<ChangeDetail, 'differences'>>,
): Promise<Proposal | undefined> {
  const powerful = meant.filter(({ change }) => givesPowers(change.kind));
  if (powerful.length === 0) return undefined;
  const ask = (lines: string[]): Proposal => ({ title: 'Undo these changes?', lines, button: 'Undo', lasts: false });
  if (powerful.length <= maxProposalLines) {
    const lines: string[] = [];
    for (const { change, words } of powerful) {
      const { differences = [] } = await detail(change.id);
      lines.push(words, ...differences.map((each) => `  ${each.path}: ${each.after ?? 'nothing'} → ${each.before ?? 'nothing'}`));
    }
    if (lines.length <= maxProposalLines) return ask(lines);
  }
  const byKind = [...Map.groupBy(powerful, ({ change }) => change.kind as PowerKind)];
  return ask([
    `${counted(meant.length, 'change')} in all. What they give or take of powers:`,
    ...byKind.map(([kind, list]) => `${counted(list.length, named[kind])}: ${namesOf(list)}`),
    `The window lists each of them, marked ${markOf(hash)}.`,
  ]);
}

function namesOf(list: readonly Meant[]): string {
  const titles = [...new Set(list.map(({ change }) => change.title))];
  let text = '';
  for (const [i, title] of titles.entries()) {
    if (text.length + title.length > maxNames)
      return `${text === '' ? `${title.slice(0, maxNames)}…` : text} and ${titles.length - Math.max(i, 1)} more`;
    text += text === '' ? title : `, ${title}`;
  }
  return text;
}
