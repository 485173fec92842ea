// Applies chat events to a conversation. Pure; used by the renderer, the command line and tests.

import { assertNever } from '../errors.ts';
import type { ChatEvent, Conversation, Message } from './chat.ts';

/** The conversation after these events; undefined until the first snapshot. */
export function foldChat(before: Conversation | undefined, events: readonly ChatEvent[]): Conversation | undefined {
  let view = before;
  for (const event of events) view = fold(view, event);
  return view;
}

function fold(view: Conversation | undefined, event: ChatEvent): Conversation | undefined {
  if (event.type === 'snapshot') return event.conversation;
  if (view === undefined) return view;
  switch (event.type) {
    case 'message-start':
    case 'message-end': {
      const known = view.messages.some((message) => message.id === event.message.id);
      const messages = known
        ? view.messages.map((message) => (message.id === event.message.id ? event.message : message))
        : [...view.messages, event.message];
      return { ...view, messages, messageCount: messages.length };
    }
    case 'text-delta':
      return change(view, event.message, (message) => {
        const parts = [...message.parts];
        const part = parts[event.part];
        if (part === undefined) parts[event.part] = { type: event.kind, text: event.text };
        else if (part.type === 'text' || part.type === 'reasoning') parts[event.part] = { ...part, text: part.text + event.text };
        return { ...message, parts };
      });
    case 'part-set':
      return change(view, event.message, (message) => {
        const parts = [...message.parts];
        parts[event.part] = event.value;
        return { ...message, parts };
      });
    case 'truncated': {
      const end = event.after === null ? 0 : view.messages.findIndex((message) => message.id === event.after) + 1;
      const messages = view.messages.slice(0, end);
      return { ...view, messages, messageCount: messages.length };
    }
    case 'title':
      return { ...view, title: event.title };
    case 'state':
      return { ...view, state: event.state };
    default:
      return assertNever(event, 'chat event');
  }
}

const change = (view: Conversation, id: string, apply: (message: Message) => Message): Conversation => ({
  ...view,
  messages: view.messages.map((message) => (message.id === id ? apply(message) : message)),
});
