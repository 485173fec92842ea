// Agents for other programs: which there are, and asking one.

import { AppError, cancelled as wasCancelled } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AgentId, ConversationId, MessageId } from '../../../shared/model/ids.ts';
import { newTitle } from '../agent/titles.ts';
import { tellOfAnswer } from './answer-telling.ts';
import { isChatOf, programChat } from './program-chats.ts';
import { asText, object, type ServeContext, type ServeDeps, type Served, text } from './served.ts';

export function agentTools(deps: ServeDeps): Served[] {
  const { ports, agents } = deps;
  const { store } = ports;
  return [
    {
      name: 'list_agents',
      title: 'List agents',
      description: 'The agents of this person.',
      inputSchema: object({}, []),
      readOnly: true,
      async run() {
        return asText({ agents: store.agents.list().map(({ id, name }) => ({ id, name })) });
      },
    },
    {
      name: 'ask_agent',
      title: 'Ask an agent',
      description:
        'Sends a message to an agent and waits for its answer; progress brings its words as they come. Give `conversation` to go on with an earlier one. Cancelling the call stops the agent.',
      inputSchema: object(
        { agent: text('Its id, from list_agents.'), message: text('What to say to it.'), conversation: text('From an earlier answer.') },
        ['agent', 'message'],
      ),
      readOnly: false,
      isBegun: (made, client, { conversation }) => isSent(deps, chatFor(deps, made, client, conversation), made),
      async run(args, context) {
        const { client, made, signal, cancelled } = context;
        const agent = store.agents.get(String(args.agent ?? '') as AgentId);
        if (agent === undefined)
          throw new AppError('agent-not-found', 'There is no agent of that id.', { hint: 'list_agents gives the ids.' });
        const id = chatFor(deps, made, client, args.conversation);
        if (!isSent(deps, id, made)) await send(deps, id, agent, String(args.message ?? ''), { ...context, given: args.conversation });
        else mustBeAsAllowed(deps, id, agent, made);
        await tellOfAnswer(deps, id, context);
        // Put aside: the next host goes on with it, and this call is made there once more.
        if (context.hostEnds()) throw wasCancelled('Orrery is closing.');
        if (signal.aborted) await agents.stop(id);
        if (cancelled.aborted) throw wasCancelled('The call was cancelled.');
        const found = store.chats.get(id)?.messages.findLast((each) => each.role === 'agent');
        const words = (found?.parts ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
        const said = found?.error === undefined ? words : [words, found.error.message].filter((each) => each !== '').join('\n\n');
        return {
          text: said,
          structured: { conversation: id, message: found?.id ?? made, text: said },
          isError: found?.error !== undefined || found === undefined,
        };
      },
    },
  ];
}

/** The one that is given, when this program began it; else the one that this call begins. */
const chatFor = ({ ports: { hash } }: ServeDeps, made: string, client: string, given: unknown): ConversationId =>
  typeof given === 'string' && isChatOf(hash, client, given) ? (given as ConversationId) : programChat(hash, client, made);

const isSent = ({ ports }: ServeDeps, id: ConversationId, made: string): boolean =>
  ports.store.chats.get(id)?.messages.some((each) => each.id === made) === true;

/** A message whose answer a host never began is answered now: by the agent that was allowed, or not at all. */
function mustBeAsAllowed({ ports }: ServeDeps, id: ConversationId, agent: Agent, made: string): void {
  const chat = ports.store.chats.get(id);
  const last = chat?.messages.at(-1);
  if (last?.id !== made || last.role !== 'person') return;
  const isAnother = chat?.agent !== agent.id;
  if (!isAnother && agent.updatedAt <= last.createdAt) return;
  const what = isAnother ? 'Another agent was put into the conversation' : `${agent.name} was changed`;
  throw new AppError('agent-changed', `${what} before it answered.`, {
    hint: 'Ask again: the person is asked about the agent as it is now.',
  });
}

async function send(
  { ports, agents, noteChat }: ServeDeps,
  id: ConversationId,
  agent: Agent,
  message: string,
  { client, made, grant, given }: ServeContext & { given: unknown },
): Promise<void> {
  const { store, clock } = ports;
  const known = store.chats.get(id);
  if (given !== undefined && (known === undefined || given !== id))
    throw new AppError('conversation-not-found', 'There is no conversation of that id that you began.', {
      hint: 'Leave it out to begin one.',
    });
  // What was granted, or answered, names the agent: a conversation does not bring in another one.
  if (known !== undefined && known.agent !== agent.id)
    throw new AppError('conversation-of-another', `That conversation is with ${known.agentName}, not with ${agent.name}.`, {
      hint: 'Give the agent that it was begun with, or begin a new one.',
    });
  if (known === undefined) {
    const at = clock.now();
    store.chats.insert({ id, title: `${client}: ${message.slice(0, 60) || newTitle}`, agent: agent.id, createdAt: at, updatedAt: at });
  }
  noteChat(id, grant);
  await agents.send(id, message, made as MessageId);
}
