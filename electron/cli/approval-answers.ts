// Which answers an approval takes, as its card in the inbox offers them: what asks every time takes no longer answer, and where “always”
// can mean several things it is said which. Pure.

import { AppError } from '../../shared/errors.ts';
import type { ApprovalAnswer, ApprovalChoice, InboxAnswer, InboxItem, InboxRequest } from '../../shared/model/grant.ts';

type Approval = Extract<InboxRequest, { kind: 'approval' }>;
export type ApprovalItem = Pick<InboxItem, 'conversation'> & { request: Approval };

const spoken: Readonly<Record<string, ApprovalAnswer>> = {
  once: 'once',
  yes: 'once',
  y: 'once',
  chat: 'conversation',
  c: 'conversation',
  always: 'always',
  a: 'always',
  no: 'deny',
  n: 'deny',
  deny: 'deny',
};

const choicesOf = ({ choices = [] }: Approval): readonly ApprovalChoice[] => choices;

/** As they are typed, and in the order of the card. */
export function answersOf({ request, conversation }: ApprovalItem): string[] {
  const isEachTime = (request.taints?.length ?? 0) > 0;
  const choices = choicesOf(request);
  const always =
    isEachTime || request.choices?.length === 0 ? [] : choices.length > 1 ? choices.map(({ id }) => `always:${id}`) : ['always'];
  return ['once', ...(conversation === undefined || isEachTime ? [] : ['chat']), ...always, 'no'];
}

/** What each “always” would allow from then on, a line each. */
export function alwaysLines(item: ApprovalItem): string[] {
  const offered = answersOf(item);
  const choices = choicesOf(item.request);
  if (choices.length > 1)
    return choices.filter(({ id }) => offered.includes(`always:${id}`)).map(({ id, words }) => `“always:${id}” allows: ${words}`);
  return offered.includes('always') ? (item.request.always ?? []).map((line) => `“always” allows: ${line}`) : [];
}

/** Throws `input-answer` for what is none of its answers. */
export function readApproval(item: ApprovalItem, text: string): Extract<InboxAnswer, { kind: 'approval' }> {
  const [word = '', which] = text
    .trim()
    .toLowerCase()
    .split(/[\s:]+/);
  const answer = Object.hasOwn(spoken, word) ? spoken[word] : undefined;
  const offered = answersOf(item);
  const choices = choicesOf(item.request);
  const choice =
    answer !== 'always'
      ? undefined
      : choices.length === 1 && which === undefined
        ? choices[0]?.id
        : choices.find(({ id }) => id === which)?.id;
  const said =
    answer === 'conversation' ? 'chat' : answer === 'deny' ? 'no' : answer === 'always' && choices.length > 1 ? `always:${choice}` : answer;
  if (answer === undefined || said === undefined || !offered.includes(said) || (which !== undefined && choice === undefined))
    throw new AppError('input-answer', `“${text}” is no answer here.`, { hint: `Say ${offered.join(', ')}.` });
  return { kind: 'approval', answer, hash: item.request.hash, ...(choice === undefined ? {} : { choice }) };
}
