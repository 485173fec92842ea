// The thread as a flat list of rows, so that a very long answer is virtualised by its parts. Pure.

import type { AttachmentPart, Conversation, Message, ToolCallPart } from '../../../shared/model/chat.ts';

export type ThreadRow =
  | { kind: 'person'; key: string; message: Message; text: string; attached: AttachmentPart[] }
  | { kind: 'text'; key: string; text: string; streaming: boolean }
  | { kind: 'reasoning'; key: string; text: string; streaming: boolean }
  | { kind: 'step'; key: string; part: ToolCallPart; first: boolean; run: Message['run'] }
  | { kind: 'ask'; key: string; part: ToolCallPart }
  | { kind: 'working'; key: string; since: number }
  | { kind: 'foot'; key: string; message: Message; text: string; last: boolean };

const textOf = (message: Message): string =>
  message.parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('\n\n');

export function rowsOf(conversation: Conversation | undefined): ThreadRow[] {
  const messages = conversation?.messages ?? [];
  const rows: ThreadRow[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === 'person') {
      const attached = message.parts.filter((part) => part.type === 'attachment');
      rows.push({ kind: 'person', key: message.id, message, text: textOf(message), attached });
    } else pushAgent(rows, message, index === messages.length - 1);
  }
  return rows;
}

function pushAgent(rows: ThreadRow[], message: Message, last: boolean): void {
  const running = message.state === 'running';
  for (const [index, part] of message.parts.entries()) {
    // A hole can only be an event that is still on its way.
    if (part === undefined) continue;
    const key = `${message.id}:${index}`;
    const streaming = running && index === message.parts.length - 1;
    if (part.type === 'tool-call') {
      const first = rows.at(-1)?.kind !== 'step';
      rows.push(part.state === 'waiting' ? { kind: 'ask', key, part } : { kind: 'step', key, part, first, run: message.run });
    } else if (part.type !== 'attachment' && part.text.trim() !== '') rows.push({ kind: part.type, key, text: part.text, streaming });
  }
  const tail = message.parts.at(-1);
  const silent =
    tail === undefined || (tail.type === 'tool-call' && (tail.state === 'done' || tail.state === 'failed' || tail.state === 'denied'));
  if (running && silent) rows.push({ kind: 'working', key: `${message.id}:working`, since: message.createdAt });
  if (!running) rows.push({ kind: 'foot', key: `${message.id}:foot`, message, text: textOf(message), last });
}

/** The newest message of the person's, which Up in an empty composer edits. */
export const lastOfPerson = (conversation: Conversation | undefined): Message | undefined =>
  conversation?.messages.findLast((message) => message.role === 'person');
