// Tells of what agents do in conversations. What they do inside a job's own runs is not told: such a job would start itself.

import type { AgentId, ConversationId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { ArmedJob, SourceDeps, TriggerEvent, TriggerSource } from './trigger-source.ts';

interface Config {
  event: 'answered' | 'approval';
  agent: string;
  contains: string;
}

const maxText = 100_000;

export function agentEventSource({ ports: { store }, hub, inbox }: SourceDeps): TriggerSource<Config> {
  const fits = ({ config }: ArmedJob<Config>, agent: AgentId | undefined, text: string): boolean =>
    (config.agent === '' || config.agent === agent) &&
    (config.contains === '' || text.toLowerCase().includes(config.contains.toLowerCase()));

  const eventOf = (event: Config['event'], conversation: ConversationId, agent: AgentId, text: string, key: string): TriggerEvent => ({
    payload: { event, conversation, agent, title: store.chats.get(conversation)?.title ?? '', text: text.slice(0, maxText) },
    key,
  });

  function answered(job: ArmedJob<Config>, run: RunSummary): void {
    if (run.kind !== 'turn' || run.status !== 'done' || run.origin.kind !== 'chat') return;
    const conversation = store.chats.get(run.origin.conversation);
    const last = conversation?.messages.findLast((message) => message.role === 'agent' && message.run === run.id);
    if (conversation === undefined || last === undefined) return;
    const text = last.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    if (fits(job, conversation.agent, text)) job.fire([eventOf('answered', conversation.id, conversation.agent, text, `turn ${run.id}`)]);
  }

  function approvals(job: ArmedJob<Config>, told: Set<string>): void {
    for (const item of store.inbox.list({ status: 'open', limit: 100 })) {
      if (told.has(item.id) || item.request.kind !== 'approval' || item.conversation === undefined || item.job !== undefined) continue;
      told.add(item.id);
      const agent = item.agent ?? store.chats.get(item.conversation)?.agent;
      const text = `${item.request.action}\n${item.request.reason}`;
      if (agent !== undefined && fits(job, agent, text))
        job.fire([eventOf('approval', item.conversation, agent, text, `inbox ${item.id}`)]);
    }
  }

  return {
    check: () => undefined,
    arm(job, signal) {
      if (job.config.event === 'answered') {
        signal.addEventListener(
          'abort',
          hub.onChange((run) => answered(job, run)),
          { once: true },
        );
        return;
      }
      // What waited already when the job was turned on, or the host started, was asked before.
      const told = new Set<string>(store.inbox.list({ status: 'open', limit: 100 }).map((item) => item.id));
      signal.addEventListener(
        'abort',
        inbox.onChange(() => approvals(job, told)),
        { once: true },
      );
    },
    sample: ({ event, agent, contains }) => ({ event, conversation: '', agent, title: '', text: contains }),
  };
}
