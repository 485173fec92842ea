// Tells the program that waits for an agent what the agent says, piece by piece, and that it uses tools or waits for the person.
// What it says is told word by word, after the values of secrets are taken out, so that none leaves in two halves.

import type { ChatEvent, Message } from '../../../shared/model/chat.ts';
import type { ConversationId } from '../../../shared/model/ids.ts';
import type { ServeContext, ServeDeps } from './served.ts';

/** Settles when the agent is idle, or when nobody waits. A message without an answer, left by a host that died, is answered first. */
export async function tellOfAnswer(
  { ports, agents }: Pick<ServeDeps, 'ports' | 'agents'>,
  id: ConversationId,
  { signal, progress, log }: Pick<ServeContext, 'signal' | 'progress' | 'log'>,
): Promise<void> {
  const redact = (text: string): string => ports.vault.redact(text);
  const words = new Words(redact, (done, note) => progress({ done, note }));
  for await (const events of agents.watch(id, signal)) {
    for (const event of events) {
      const said = noteOf(event);
      if (said !== undefined) log(said.level, redact(said.words));
      if (event.type === 'text-delta' && event.kind === 'text') words.add(event.text);
    }
    words.tell();
    const now = stateIn(events);
    if (now === undefined) continue;
    if (now.state === 'idle' && now.last?.role === 'person') await agents.retry(id);
    else if (now.state === 'idle') break;
  }
  words.tell(true);
}

/** The newest state that these events tell, and with a snapshot the last message. */
function stateIn(events: readonly ChatEvent[]): { state: string; last?: Message | undefined } | undefined {
  const found = events.findLast((event) => event.type === 'state' || event.type === 'snapshot');
  if (found?.type === 'state') return { state: found.state };
  if (found?.type === 'snapshot') return { state: found.conversation.state, last: found.conversation.messages.at(-1) };
  return undefined;
}

function noteOf(event: ChatEvent): { level: 'info' | 'notice'; words: string } | undefined {
  if (event.type !== 'part-set' || event.value.type !== 'tool-call') return undefined;
  const { server, tool, state } = event.value;
  if (state === 'running') return { level: 'info', words: `The agent uses ${server}.${tool}.` };
  if (state === 'waiting') return { level: 'notice', words: `${server}.${tool} waits for the person’s answer in Orrery’s inbox.` };
  return undefined;
}

class Words {
  #said = '';
  #told = '';
  readonly #redact: (text: string) => string;
  readonly #tell: (done: number, note: string) => void;

  constructor(redact: (text: string) => string, tell: (done: number, note: string) => void) {
    this.#redact = redact;
    this.#tell = tell;
  }

  add(text: string): void {
    this.#said += text;
  }

  /** Up to the last whole word; at the end all of it. */
  tell(isEnd = false): void {
    const whole = isEnd ? this.#said : this.#said.slice(0, this.#said.search(/\s\S*$/u) + 1);
    const clean = this.#redact(whole);
    // A secret of several words was seen only now: what is told already stays, nothing more is said of this answer.
    if (clean.length <= this.#told.length || !clean.startsWith(this.#told)) return;
    const next = clean.slice(this.#told.length);
    this.#told = clean;
    this.#tell(clean.length, next);
  }
}
