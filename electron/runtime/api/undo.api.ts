// Change sets and revisions as the person sees them. Undoing a change of configuration can give powers back (a program, a folder, a
// grant), so for a page it is a proposal, as the change itself was.

import { AppError } from '../../../shared/errors.ts';
import { type Change, changeSetId, configKinds } from '../../../shared/model/change.ts';
import { confirmed, type Proposal } from '../policy/proposals.ts';
import { type NameDeps, namesOf } from '../undo/step-names.ts';
import type { UndoService } from '../undo/undo.ts';
import { whatWords } from '../undo/words.ts';
import { api } from './base.ts';

/** What gives powers. Memory and workflows give none. */
const powerful: readonly Change['kind'][] = ['setting', 'agent', 'job', 'server', 'grant', 'secret', 'client'];

export function undoApi({ undo, ...names }: { undo: UndoService } & NameDeps) {
  async function proposal(changes: readonly { change: Change; words: string }[]): Promise<Proposal | undefined> {
    const lines: string[] = [];
    for (const { change, words } of changes) {
      if (!powerful.includes(change.kind)) continue;
      const { differences = [] } = await undo.detail(change.id);
      lines.push(words, ...differences.map((each) => `  ${each.path}: ${each.after ?? 'nothing'} → ${each.before ?? 'nothing'}`));
    }
    return lines.length === 0 ? undefined : { title: 'Undo these changes?', lines: lines.slice(0, 200), button: 'Undo', lasts: false };
  }
  return {
    listSets: api.undo.listSets.handler(({ input }) => undo.sets(input)),
    getSet: api.undo.getSet.handler(({ input }) => {
      const set = undo.getSet(input.id);
      if (set === undefined) throw new AppError('change-set-not-found', 'That is not kept any more.', { hint: 'Reload the list.' });
      return { set, changes: undo.changesOf(input.id) };
    }),
    ofRun: api.undo.ofRun.handler(({ input }) => {
      const set = undo.getSet(changeSetId.parse(input.run));
      return set === undefined ? {} : { set };
    }),
    nameSteps: api.undo.nameSteps.handler(({ input }) => namesOf(names, input.run, input.steps)),
    getChange: api.undo.getChange.handler(({ input }) => undo.detail(input.id)),
    plan: api.undo.plan.handler(({ input }) => undo.plan(input.selection)),
    undo: api.undo.undo.handler(async ({ input, context, signal }) => {
      if (context.consent !== undefined) {
        const items = await undo.plan(input.selection);
        const meant = items.filter(
          ({ state, change }) => state === 'ready' || (state === 'conflict' && input.choices[change.id] === 'restore'),
        );
        await confirmed(context.consent, await proposal(meant));
      }
      return undo.undo(input.selection, input.choices, signal);
    }),
    listRevisions: api.undo.listRevisions.handler(({ input: { kind, target, ...rest } }) =>
      undo.list({
        ...rest,
        kinds: kind === undefined ? configKinds : [kind],
        ...(kind === undefined || target === undefined ? {} : { target: { kind, target } }),
      }),
    ),
    rollback: api.undo.rollback.handler(async ({ input, context }) => {
      const { change, after, now } = await undo.detail(input.id);
      if (context.consent !== undefined && powerful.includes(change.kind))
        await confirmed(context.consent, {
          ...{ title: `Put ${change.title} back as it was then?`, button: 'Put back', lasts: false },
          lines: [whatWords(change), `Now: ${now?.text ?? 'nothing'}`, `Then: ${after?.text ?? 'nothing'}`],
        });
      return undo.rollback(input.id);
    }),
    watch: api.undo.watch.handler(async function* ({ signal }) {
      yield* undo.watch(signal);
    }),
  };
}
