import { AppError } from '../../../shared/errors.ts';
import { answerProposal, confirmed } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import type { Inbox } from '../services.ts';
import { api } from './base.ts';

export function inboxApi({ ports, inbox }: { ports: Pick<Ports, 'store'>; inbox: Inbox }) {
  const { store } = ports;
  return {
    list: api.inbox.list.handler(({ input }) =>
      input.of === undefined ? store.inbox.list(input) : store.inbox.listForStep(input.of.run, input.of.step).slice(0, input.limit),
    ),
    get: api.inbox.get.handler(({ input }) => {
      const item = store.inbox.get(input.id);
      if (item === undefined) throw new AppError('inbox-not-found', 'That question is not there any more.', { hint: 'Reload the inbox.' });
      return item;
    }),
    answer: api.inbox.answer.handler(async ({ input, context: { consent } }) => {
      // A standing permission is a wider grant, and what others may have talked an agent into is more than a click: a page alone gives neither.
      const proposal = answerProposal(store.inbox.get(input.id)?.request, input.answer);
      const more = input.alike?.length ?? 0;
      await confirmed(
        consent,
        proposal === undefined || more === 0
          ? proposal
          : { ...proposal, lines: [...proposal.lines, `In ${more + 1} runs that ask the same`] },
      );
      return inbox.answer(input.id, input.answer, input.alike);
    }),
    watch: api.inbox.watch.handler(async function* ({ signal }) {
      yield* inbox.watch(signal);
    }),
  };
}
