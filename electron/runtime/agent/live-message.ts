// The agent's message while it is being made: its parts so far, kept in memory so that a window that opens midway sees them,
// and every change told as a ChatEvent. The turn loop writes it; it knows nothing of models or stores.

import type { AppError } from '../../../shared/errors.ts';
import type { ChatEvent, Message, MessagePart, ToolCallPart } from '../../../shared/model/chat.ts';

export class LiveMessage {
  #message: Message;
  #isEnded = false;
  readonly #tell: (event: ChatEvent) => void;

  constructor(message: Message, send: (event: ChatEvent) => void) {
    this.#message = message;
    this.#tell = send;
  }

  /** As it is now; not changed by what comes. */
  get snapshot(): Message {
    return this.#message;
  }

  get partCount(): number {
    return this.#message.parts.length;
  }

  /** Appends to the last part when it is of this kind and was begun since `base`, else begins one. */
  append(base: number, kind: 'text' | 'reasoning', text: string): void {
    if (this.#isEnded) return;
    const parts = this.#message.parts;
    const last = parts.length - 1;
    const before = last >= base ? parts[last] : undefined;
    const index = before?.type === kind ? last : parts.length;
    const value: MessagePart = before?.type === kind ? { type: kind, text: before.text + text } : { type: kind, text };
    this.#put(index, value);
    this.#send({ type: 'text-delta', message: this.#message.id, part: index, kind, text });
  }

  /** Makes the parts from `base` on exactly these; nothing is sent when they are so already. */
  settle(base: number, parts: MessagePart[]): void {
    if (this.#isEnded) return;
    if (JSON.stringify(this.#message.parts.slice(base)) === JSON.stringify(parts)) return;
    const wasEmpty = this.#message.parts.length === base;
    this.#message = { ...this.#message, parts: [...this.#message.parts.slice(0, base), ...parts] };
    if (wasEmpty)
      for (const [index, value] of parts.entries()) this.#send({ type: 'part-set', message: this.#message.id, part: base + index, value });
    else this.#send({ type: 'message-start', message: this.#message });
  }

  setPart(index: number, value: MessagePart): void {
    if (this.#isEnded) return;
    this.#put(index, value);
    this.#send({ type: 'part-set', message: this.#message.id, part: index, value });
  }

  changeCall(index: number, change: Partial<ToolCallPart>, without: (keyof ToolCallPart)[] = []): void {
    const part = this.#message.parts[index];
    if (part?.type !== 'tool-call') return;
    const next = { ...part, ...change };
    for (const key of without) delete next[key];
    this.setPart(index, next);
  }

  /** Quietly: shown with the message's end. */
  note(change: Pick<Partial<Message>, 'model' | 'usage'>): void {
    this.#message = { ...this.#message, ...change };
  }

  /** The final message; what a stopped call still sends later is dropped. What was still going is marked as stopped. */
  end(state: 'done' | 'failed' | 'stopped', at: number, error?: AppError): Message {
    const parts = this.#message.parts.map((part): MessagePart => {
      if (part.type !== 'tool-call' || (part.state !== 'running' && part.state !== 'waiting')) return part;
      const { inbox: _gone, ...rest } = part;
      return { ...rest, state: 'stopped', ms: Math.max(0, at - part.startedAt) };
    });
    this.#isEnded = true;
    this.#message = { ...this.#message, parts, state, ...(error === undefined ? {} : { error: error.toJSON() }) };
    return this.#message;
  }

  #send(event: ChatEvent): void {
    if (!this.#isEnded) this.#tell(event);
  }

  #put(index: number, value: MessagePart): void {
    const parts = [...this.#message.parts];
    parts[index] = value;
    this.#message = { ...this.#message, parts };
  }
}
