// Asks a person at the terminal what an inbox item asks.

import { createInterface } from 'node:readline/promises';
import { toAppError } from '../../shared/errors.ts';
import type { InboxAnswer, InboxItem } from '../../shared/model/grant.ts';
import type { HostClient } from '../wires/attach.ts';
import { answerWords, readFormAnswer, simpleForm } from './answer-form.ts';
import { alwaysLines, answersOf, readApproval } from './approval-answers.ts';
import { approvalLines, seen, unknownLines } from './approval-lines.ts';
import { amber, dim, formatTime, inert, say } from './output.ts';

/** `alike`: questions that ask the same and are answered with it. */
export async function answerInTerminal(client: HostClient, item: InboxItem, alike: readonly InboxItem['id'][] = []): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await ask(item, (prompt) => lines.question(prompt));
    await client.inbox.answer({ id: item.id, answer, ...(alike.length === 0 ? {} : { alike: [...alike] }) });
  } finally {
    lines.close();
  }
}

async function ask(item: InboxItem, question: (prompt: string) => Promise<string>): Promise<InboxAnswer> {
  const { request } = item;
  switch (request.kind) {
    case 'approval': {
      say(`${amber('✋', process.stderr)} ${seen(request.action)}?  ${dim(inert(request.reason), process.stderr)}`);
      for (const line of approvalLines(request, process.stderr)) say(line.replaceAll(/^/gm, '   '));
      for (const line of alwaysLines({ ...item, request })) say(`   ${inert(line)}`);
      for (;;) {
        const text = await question(
          `   ${answersOf({ ...item, request })
            .map(withKey)
            .join(', ')}: `,
        );
        if (text.trim() === '') return { kind: 'approval', answer: 'deny', hash: request.hash };
        try {
          return readApproval({ ...item, request }, text);
        } catch (error) {
          const { message, hint } = toAppError(error);
          say(`   ${message} ${hint ?? ''}`);
        }
      }
    }
    case 'question': {
      say(`${amber('✋', process.stderr)} ${inert(request.question)}`);
      if (request.schema !== undefined && simpleForm(request.schema) === undefined) say(inert(JSON.stringify(request.schema, null, 2)));
      if (request.schema !== undefined) say(dim(inert(`   ${answerWords(request.schema)}`), process.stderr));
      return { kind: 'question', value: readFormAnswer(request.schema, await question('   > ')) };
    }
    default: {
      say(`${amber('✋', process.stderr)} ${inert(request.what)} was under way when Orrery ended. Whether it happened is not known.`);
      say(`   It was begun on ${formatTime(request.startedAt)}.`);
      for (const line of unknownLines(request, process.stderr)) say(line.replaceAll(/^/gm, '   '));
      const text = (await question('   [d] it happened  [r] do it again  [s] give it up: ')).trim().toLowerCase();
      return { kind: 'unknown-outcome', answer: text === 'd' ? 'done' : text === 'r' ? 'redo' : 'skip' };
    }
  }
}

const keys: Readonly<Record<string, string>> = { once: 'y', chat: 'c', always: 'a', no: 'n' };
const withKey = (answer: string): string => (keys[answer] === undefined ? answer : `${answer} (${keys[answer]})`);
