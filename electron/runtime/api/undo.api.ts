// Change sets and revisions as the person sees them. Undoing a change of configuration can give powers back (a program, a folder, a
// grant), so for a page it is a proposal, as the change itself was.

import { AppError } from '../../../shared/errors.ts';
import {
  type Change,
  changeSetId,
  configKinds,
  type UndoChoice,
  type UndoItem,
  type UndoPlanEvent,
  type UndoState,
} from '../../../shared/model/change.ts';
import { confirmed } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import { givesPowers, markOf, undoProposal } from '../undo/proposal.ts';
import { type NameDeps, namesOf } from '../undo/step-names.ts';
import type { UndoService } from '../undo/undo.ts';
import { whatWords } from '../undo/words.ts';
import { api } from './base.ts';

export function undoApi({ undo, ...names }: { undo: UndoService } & NameDeps & { ports: Pick<Ports, 'hash'> }) {
  const { ports } = names;
  const marked = (event: UndoPlanEvent): UndoPlanEvent => {
    if (event.kind === 'looked') return event;
    const hasPowers = undo.plans.get(event.plan.id).items.some(({ kind, state }) => givesPowers(kind) && state !== 'undone');
    return hasPowers ? { ...event, plan: { ...event.plan, mark: markOf(event.plan.hash) } } : event;
  };
  const detail = (id: Change['id']) => undo.detail(id);
  const hashOf = (items: readonly UndoItem[]): string =>
    ports.hash(items.map(({ change, state, now }) => `${change.id} ${state} ${now ?? ''}`).join('\n'));
  const isMeant = (state: UndoState, choice: UndoChoice | undefined): boolean =>
    state === 'ready' || (state === 'conflict' && choice === 'restore');
  return {
    listSets: api.undo.listSets.handler(({ input }) => undo.sets(input)),
    getSet: api.undo.getSet.handler(({ input }) => {
      const set = undo.getSet(input.id);
      if (set === undefined) throw new AppError('change-set-not-found', 'That is not kept any more.', { hint: 'Look at the list again.' });
      return { set, changes: undo.changesOf(input.id, input.limit) };
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
        const meant = items.filter(({ state, change }) => isMeant(state, input.choices[change.id]));
        const hash = hashOf(items);
        const proposal = await undoProposal(meant, hash, detail);
        await confirmed(context.consent, proposal);
        // Something may have been changed while they looked at it: that is in no line that they read.
        if (proposal !== undefined && hashOf(await undo.plan(input.selection)) !== hash)
          throw new AppError('undo-changed', 'What this undo would do has changed since you were asked.', { hint: 'Look at it again.' });
      }
      return undo.undo(input.selection, input.choices, signal);
    }),
    prepare: api.undo.prepare.handler(async function* ({ input, context, signal }) {
      for await (const event of undo.plans.prepare(input.selection, signal)) yield [context.consent === undefined ? event : marked(event)];
    }),
    listPlanned: api.undo.listPlanned.handler(({ input: { plan, state, from, limit } }) => undo.plans.page(plan, state, from, limit)),
    carryOut: api.undo.carryOut.handler(async function* ({ input: { plan: id, hash, choices, otherwise }, context, signal }) {
      if (context.consent !== undefined) {
        const plan = undo.plans.get(id, hash);
        const meant = plan.items.filter((each) => isMeant(each.state, choices[each.id] ?? otherwise));
        const list = meant.map(({ words, ...change }) => ({ words, change }));
        await confirmed(context.consent, await undoProposal(list, plan.hash, detail));
      }
      undo.carryOut(id, hash, { choices, otherwise });
      for await (const event of undo.follow(id, signal)) yield [event];
    }),
    stop: api.undo.stop.handler(({ input }) => undo.stop(input.plan)),
    listRevisions: api.undo.listRevisions.handler(({ input: { kind, target, ...rest } }) =>
      undo.list({
        ...rest,
        kinds: kind === undefined ? configKinds : [kind],
        ...(kind === undefined || target === undefined ? {} : { target: { kind, target } }),
      }),
    ),
    rollback: api.undo.rollback.handler(async ({ input, context }) => {
      const { change, after, now } = await undo.detail(input.id);
      if (context.consent !== undefined && givesPowers(change.kind))
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
