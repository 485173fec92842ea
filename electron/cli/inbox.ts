// `orrery inbox`: what waits for a person. An answer is for exactly the question that it names, by its id and not by its place in a list
// that changes while one reads it.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type Asked, groupAlike } from '../../shared/model/alike.ts';
import type { InboxAnswer, InboxItem, InboxRequest } from '../../shared/model/grant.ts';
import type { HostClient } from '../wires/attach.ts';
import { answerInTerminal } from './answer.ts';
import { answerWords, readFormAnswer, simpleForm } from './answer-form.ts';
import { alwaysLines, answersOf, readApproval } from './approval-answers.ts';
import { approvalLines, seen, unknownLines } from './approval-lines.ts';
import { readLimit } from './limit.ts';
import { amber, bold, dim, exitCodes, formatTime, inert, print, printJson, printTable } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}

const words = {
  outcome: { done: 'done', redo: 'redo', again: 'redo', skip: 'skip' },
} as const;
const examples = `
An answer is: once, chat, always or no for an approval, where they are offered; done, again or skip for a step of which nobody
knows whether it happened; any text, yes or no, one of the choices, or JSON where the question has a larger form, for a question:
\`orrery inbox show\` says which.

Examples:
  orrery inbox
  orrery inbox show 3f2a
  orrery inbox answer 3f2a once
  orrery inbox answer 9c01 yes
  orrery inbox answer 41d7 '{"to": "Anna", "copies": 2}'`;

export function inboxCommand(program: Command): void {
  const inbox = program
    .command('inbox')
    .description('approvals and questions that wait for you: list, show, answer')
    .addHelpText('after', examples);
  const command = (name: string, description: string, options: { isDefault?: boolean } = {}): Command =>
    inbox.command(name, options).description(description).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  const item = 'a question’s id, or the end of it';

  command('list', 'what waits; runs of a job that ask the same are one line', { isDefault: true })
    .option('--answered', 'what was answered before, instead')
    .option('--limit <n>', 'how many', '100')
    .action((options: Options & { answered?: boolean; limit: string }) => withHost(options, (client) => list(client, options)));
  command('show', 'one question, whole')
    .argument('<item>', item)
    .action((which: string, options: Options) =>
      withHost(options, async (client) => {
        const { item: found, alike } = await find(client, which);
        if (options.json === true) printJson({ ...found, alike: alike.map(({ id }) => id) });
        else show(found, alike.length);
        return exitCodes.ok;
      }),
    );
  command('answer', 'answer one, and with it those that ask the same')
    .argument('<item>', item)
    .argument('[answer]', 'see below; without it, you are asked at the terminal')
    .addHelpText('after', examples)
    .action((which: string, given: string | undefined, options: Options) =>
      withHost(options, (client) => answer(client, which, given, options)),
    );
}

async function list(client: HostClient, options: Options & { answered?: boolean; limit: string }): Promise<number> {
  const limit = readLimit(options.limit, 500);
  if (options.answered === true) {
    const items = await client.inbox.list({ status: 'answered', limit });
    if (options.json === true) printJson(items);
    else if (items.length === 0) print('Nothing was answered yet.');
    else
      printTable(
        items.map((each) => [
          verdict(each),
          headOf(each.request),
          inert(each.title),
          dim(formatTime(each.answeredAt ?? each.createdAt)),
          dim(each.id),
        ]),
      );
    return exitCodes.ok;
  }
  const groups = groupAlike(await client.inbox.list({ status: 'open', limit: 500 })).slice(0, limit);
  if (options.json === true) printJson(groups.map(({ item, alike }) => ({ ...item, alike: alike.map(({ id }) => id) })));
  else if (groups.length === 0) print('Nothing waits for you.');
  else printTable(groups.map(row));
  return exitCodes.ok;
}

const row = ({ item, alike }: Asked): string[] => [
  amber(kinds[item.request.kind]),
  alike.length === 0 ? '' : `${alike.length + 1}×`,
  headOf(item.request),
  inert(item.title),
  dim(`since ${formatTime(item.createdAt)}`),
  item.expiresAt === undefined ? '' : dim(`until ${formatTime(item.expiresAt)}`),
  dim(item.id),
];

const kinds = { approval: 'approval', question: 'question', 'unknown-outcome': 'happened?' } as const;

function headOf(request: InboxRequest): string {
  const text = request.kind === 'approval' ? request.action : request.kind === 'question' ? request.question : request.what;
  const line = inert(text.replaceAll(/\s+/g, ' '));
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}

const verdict = ({ answer: given }: InboxItem): string =>
  given === undefined ? '' : given.kind === 'question' ? inert(JSON.stringify(given.value)).slice(0, 40) : given.answer;

function show(item: InboxItem, alike: number): void {
  const { request } = item;
  print(
    `${bold(seen(request.kind === 'approval' ? `${request.action}?` : request.kind === 'question' ? request.question : request.what))}  ${dim(item.id)}`,
  );
  print(
    `${inert(item.title)} · step ${inert(item.step)} · since ${formatTime(item.createdAt)}${item.expiresAt === undefined ? '' : `, until ${formatTime(item.expiresAt)}`}`,
  );
  if (alike > 0) print(`${alike + 1} runs of this job ask the same; an answer is for all of them.`);
  if (item.status !== 'open') print(`It is ${item.status}.`);
  switch (request.kind) {
    case 'approval':
      print(inert(request.reason));
      for (const line of approvalLines(request)) print(line);
      for (const line of alwaysLines({ ...item, request })) print(inert(line));
      print(dim(`Answer: ${answersOf({ ...item, request }).join(', ')}`));
      return;
    case 'question':
      if (request.schema !== undefined && simpleForm(request.schema) === undefined) print(inert(JSON.stringify(request.schema, null, 2)));
      print(dim(inert(`Answer: ${answerWords(request.schema)}`)));
      return;
    case 'unknown-outcome':
      print(`It was begun on ${formatTime(request.startedAt)} and cut off. Whether it happened is not known.`);
      for (const line of unknownLines(request)) print(line);
      print(dim('Answer: done, again, skip'));
      return;
  }
}

async function answer(client: HostClient, which: string, given: string | undefined, options: Options): Promise<number> {
  const { item, alike } = await find(client, which);
  const others = alike.map(({ id }) => id);
  const more = others.length === 0 ? {} : { alike: others };
  if (given === undefined) {
    if (process.stdin.isTTY !== true || options.json === true)
      throw new AppError('input-answer', 'What is the answer?', { hint: `See it with: orrery inbox show ${item.id}` });
    if (others.length > 0) print(`${others.length + 1} runs of this job ask the same; your answer is for all of them.`);
    await answerInTerminal(client, item, others);
  } else await client.inbox.answer({ id: item.id, answer: read(item, given), ...more });
  const answered = await client.inbox.get({ id: item.id });
  if (options.json === true) printJson({ ...answered, alike: others });
  else print(`${headOf(item.request)}: ${verdict(answered)}${others.length === 0 ? '' : `, for ${others.length + 1} runs`}`);
  return exitCodes.ok;
}

function read(item: InboxItem, text: string): InboxAnswer {
  const { request } = item;
  const wanted = text.trim().toLowerCase();
  switch (request.kind) {
    case 'approval':
      return readApproval({ ...item, request }, text);
    case 'unknown-outcome': {
      const said = Object.hasOwn(words.outcome, wanted) ? words.outcome[wanted as keyof typeof words.outcome] : undefined;
      if (said === undefined) throw unknownAnswer(text, 'done, again or skip');
      return { kind: 'unknown-outcome', answer: said };
    }
    case 'question':
      return { kind: 'question', value: readFormAnswer(request.schema, text) };
  }
}

const unknownAnswer = (text: string, those: string): AppError =>
  new AppError('input-answer', `“${text}” is no answer to this.`, { hint: `Answer ${those}.` });

/** By its id, or an end of it that only one has. Throws `input-item-unknown`. */
async function find(client: HostClient, which: string): Promise<Asked> {
  const groups = groupAlike(await client.inbox.list({ status: 'open', limit: 500 }));
  const has = (each: InboxItem): boolean => each.id === which || (which.length >= 4 && each.id.endsWith(which));
  const found = groups.filter(({ item, alike }) => [item, ...alike].some(has));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  if (found.length > 1)
    throw new AppError('input-item-unknown', `${found.length} questions end with “${which}”.`, { hint: 'Give more of the id.' });
  const settled = await client.inbox.get({ id: which as InboxItem['id'] }).catch(() => undefined);
  if (settled !== undefined) return { item: settled, alike: [] };
  throw new AppError('input-item-unknown', `No question “${which}” waits.`, {
    hint: 'See `orrery inbox`, and give its id or at least the last four signs of it.',
  });
}
