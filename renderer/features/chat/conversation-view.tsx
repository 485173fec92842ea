import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Conversation, Message } from '../../../shared/model/chat.ts';
import { useAction } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorNote, ErrorState, Skeleton } from '../../ui/index.ts';
import { useOpenItems } from '../inbox/index.ts';
import { chatActions } from './actions.ts';
import { Composer } from './composer.tsx';
import { NoModel } from './no-model.tsx';
import { lastOfPerson } from './rows.ts';
import { Thread } from './thread.tsx';
import { useConversation } from './use-conversation.ts';
import { useModels } from './use-models.ts';

interface Props {
  id: string;
  agents: readonly Agent[];
  /** The list shows something of it that is no longer so. */
  onChanged: () => void;
}

export function ConversationView({ id, agents, onChanged }: Props): ReactNode {
  const t = useT('chat');
  const { conversation, state, error, retry } = useConversation(id);
  useChanged(conversation, onChanged);
  if (conversation === undefined)
    return (
      <section className="chat-main" aria-busy={error === undefined} aria-label={t('title')}>
        {error === undefined ? <ThreadShape /> : <ErrorState error={error.toJSON()} onRetry={retry} />}
      </section>
    );
  const broken = state === 'failed' ? error : undefined;
  return (
    <section className="chat-main" aria-label={conversation.title}>
      <h1 className="sr-only">{conversation.title}</h1>
      <Open
        conversation={conversation}
        agents={agents}
        onAgent={() => {
          retry();
          onChanged();
        }}
      />
      {broken !== undefined && (
        <div className="chat-broken">
          <ErrorNote error={broken.toJSON()} />
        </div>
      )}
    </section>
  );
}

interface OpenProps {
  conversation: Conversation;
  agents: readonly Agent[];
  /** Another agent answers now; no event says so, a new snapshot does. */
  onAgent: () => void;
}

function Open({ conversation, agents, onAgent }: OpenProps): ReactNode {
  const agent = agents.find((each) => each.id === conversation.agent);
  const { model, checking, check } = useModels(agent);
  const open = useOpenItems();
  const [editing, setEditing] = useState<string | null>(null);
  const { id } = conversation;
  useAction('chat.stop', () => void chatActions.stop(id), conversation.state !== 'idle');
  const usage = conversation.messages.findLast((message) => message.usage !== undefined)?.usage;
  const resend = (message: Message, text: string): Promise<boolean> => chatActions.resend(id, message.id, text);
  const pick = async (next: Agent): Promise<void> => {
    if (await chatActions.setAgent(id, next.id)) onAgent();
  };
  return (
    <>
      <Thread
        conversation={conversation}
        openItems={open.items ?? []}
        editing={editing}
        onEdit={setEditing}
        onResend={resend}
        onRetry={() => void chatActions.retry(id)}
        saidBelow={model.kind !== 'ready' && model.kind !== 'checking'}
      />
      <div className="chat-bottom">
        <NoModel model={model} checking={checking} onCheck={check} />
        <Composer
          draftKey={id}
          agents={agents}
          agent={agent}
          agentName={agent?.name ?? conversation.agentName}
          model={model}
          usedTokens={usage === undefined ? undefined : (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)}
          running={conversation.state !== 'idle'}
          onSend={(text, attached) =>
            chatActions.send(
              id,
              text,
              attached.map((part) => part.id),
            )
          }
          onStop={() => void chatActions.stop(id)}
          onAgent={(next) => void pick(next)}
          onEditLast={() => setEditing(lastOfPerson(conversation)?.id ?? null)}
        />
      </div>
    </>
  );
}

/** Tells the list when the title, state or length of the open conversation changes. */
function useChanged(conversation: Conversation | undefined, onChanged: () => void): void {
  const latest = useRef(onChanged);
  latest.current = onChanged;
  const mark = conversation === undefined ? undefined : `${conversation.title}/${conversation.state}/${conversation.messages.length}`;
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (mark === undefined) return;
    if (seen.current !== undefined && seen.current !== mark) latest.current();
    seen.current = mark;
  }, [mark]);
}

/** The shape of a thread that is on its way. */
const ThreadShape = (): ReactNode => (
  <div className="chat-shape">
    <Skeleton className="chat-shape-bubble" />
    <Skeleton className="w-2/5" />
    <Skeleton className="w-1/3" />
    <Skeleton className="mt-3 w-full" />
    <Skeleton className="w-4/5" />
  </div>
);
