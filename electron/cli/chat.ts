// `orrery chat`: one prompt and its answer, or a conversation line by line. The answer goes to stdout, what the agent does on
// the way to stderr.

import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { Conversation, Message } from '../../shared/model/chat.ts';
import { foldChat } from '../../shared/model/chat-view.ts';
import type { ConversationId, MessageId } from '../../shared/model/ids.ts';
import { toolText } from '../../shared/model/tool.ts';
import type { HostClient } from '../wires/attach.ts';
import { answerInTerminal } from './answer.ts';
import { bold, dim, exitCodes, inert, print, printJson, say, sayError } from './output.ts';
import { withHost } from './with-host.ts';

interface ChatOptions {
  agent?: string;
  json?: boolean;
  data?: string;
}

export function chatCommand(program: Command): void {
  program
    .command('chat')
    .argument('[prompt]', 'what to ask; without it, a conversation')
    .description('talk with an agent')
    .option('--agent <name>', 'which agent, by name')
    .option('--json', 'print the conversation as JSON')
    .option('--data <folder>', 'the data folder')
    .action((prompt: string | undefined, options: ChatOptions) =>
      withHost(options, async (client) => {
        const conversation = await client.chat.create(await agentNamed(client, options.agent));
        if (prompt !== undefined) return once(client, conversation.id, prompt, options.json === true);
        if (process.stdin.isTTY !== true)
          throw new AppError('input-prompt-missing', 'There is no prompt and no terminal to ask for one.', {
            hint: 'Write it like: orrery chat "What is in my notes?"',
          });
        return talk(client, conversation);
      }),
    );
}

async function agentNamed(client: HostClient, name: string | undefined) {
  if (name === undefined) return {};
  const agents = await client.agents.list();
  const agent = agents.find((one) => one.name.toLowerCase() === name.toLowerCase() || one.id === name);
  if (agent === undefined)
    throw new AppError('input-agent-unknown', `There is no agent “${name}”.`, {
      hint: `There are: ${agents.map((one) => one.name).join(', ')}.`,
    });
  return { agent: agent.id };
}

async function talk(client: HostClient, conversation: Conversation): Promise<number> {
  say(`${bold(inert(conversation.agentName), process.stderr)} ${dim('— an empty line ends the conversation', process.stderr)}`);
  for (;;) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const text = await lines.question('> ').catch(() => '');
    lines.close();
    if (text.trim() === '') return exitCodes.ok;
    await once(client, conversation.id, text, false);
  }
}

async function once(client: HostClient, id: ConversationId, text: string, json: boolean): Promise<number> {
  const { message } = await client.chat.send({ id, text });
  const stop = (): void => void client.chat.stop({ id }).catch(() => undefined);
  process.on('SIGINT', stop);
  try {
    let view: Conversation | undefined;
    const printed = { text: 0, calls: new Set<string>() };
    for await (const batch of await client.chat.watch({ id })) {
      view = foldChat(view, batch);
      const answer = answerTo(view, message);
      if (view === undefined || answer === undefined) continue;
      if (!json) show(answer, printed);
      if (answer.state !== 'running') return end(view, answer, json);
      if (view.state === 'waiting' && (await handleWaiting(client, id, json)) === 'left') {
        if (json) printJson(view);
        return exitCodes.waiting;
      }
    }
    return exitCodes.failed;
  } finally {
    process.off('SIGINT', stop);
  }
}

/** The agent's message that follows what was sent; `send` names either of the two. */
function answerTo(view: Conversation | undefined, sent: MessageId): Message | undefined {
  const at = view?.messages.findIndex((one) => one.id === sent) ?? -1;
  return at < 0 ? undefined : view?.messages.slice(at).find((one) => one.role === 'agent');
}

async function handleWaiting(client: HostClient, id: ConversationId, json: boolean): Promise<'answered' | 'left'> {
  const open = (await client.inbox.list({ status: 'open', limit: 100 })).filter((item) => item.conversation === id);
  if (open.length === 0) return 'answered';
  if (json || process.stdin.isTTY !== true) {
    for (const item of open)
      if (item.request.kind === 'approval') say(`Waits for your approval: ${inert(item.request.action)}. Answer it in Orrery's inbox.`);
    return 'left';
  }
  for (const item of open) await answerInTerminal(client, item);
  return 'answered';
}

/** Prints what is new of the answer: text to stdout as it comes, tool calls once each. */
function show(answer: Message, printed: { text: number; calls: Set<string> }): void {
  const text = answer.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  if (text.length > printed.text) {
    process.stdout.write(inert(text.slice(printed.text)));
    printed.text = text.length;
  }
  for (const part of answer.parts) {
    if (part.type !== 'tool-call' || part.state === 'running' || part.state === 'waiting' || printed.calls.has(part.call)) continue;
    printed.calls.add(part.call);
    const result = part.result === undefined ? (part.error?.message ?? part.state) : toolText(part.result);
    say(dim(`  ${part.server}.${inert(part.tool)} ${inert(result.replaceAll(/\s+/g, ' ').slice(0, 100))}`, process.stderr));
  }
}

function end(view: Conversation, answer: Message, json: boolean): number {
  if (json) printJson(view);
  else print();
  if (answer.state === 'done') return exitCodes.ok;
  if (answer.error !== undefined && !json) sayError(new AppError(answer.error.code, answer.error.message, answer.error), false);
  return answer.state === 'stopped' ? exitCodes.cancelled : exitCodes.failed;
}
