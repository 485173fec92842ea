import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { Agent } from '../../../shared/model/agent.ts';
import type { AttachmentPart } from '../../../shared/model/chat.ts';
import { newChatDraft, useDrafts } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { chatActions } from './actions.ts';
import { Composer } from './composer.tsx';
import { NoModel } from './no-model.tsx';
import { useModels } from './use-models.ts';

/** A chat that does not exist yet: nothing is stored before the first message. */
export function NewChat({ agents, onMade }: { agents: readonly Agent[]; onMade: () => void }): ReactNode {
  const t = useT('chat');
  const [, go] = useLocation();
  const [picked, setPicked] = useState<Agent>();
  const { putBack } = useDrafts.getState();
  const agent = picked ?? agents[0];
  const { model, checking, check } = useModels(agent);
  const name = agent?.name ?? t('anAgent');
  const send = async (text: string, attached: readonly AttachmentPart[]): Promise<boolean> => {
    const ids = attached.map(({ id }) => id);
    const made = await chatActions.start(agent?.id, text, ids);
    if (made === undefined) return false;
    // A message that did not go out waits as the new chat's draft.
    if (!made.sent) {
      putBack(made.id, text);
      if (ids.length > 0) await chatActions.moveAttached(ids, made.id);
    }
    onMade();
    go(`/chat/${made.id}`);
    return true;
  };
  return (
    <section className="chat-main" aria-label={t('newChat')}>
      <div className="chat-start">
        <h1>{t('startTitle', { name })}</h1>
        <p>{t('startText')}</p>
      </div>
      <div className="chat-bottom">
        <NoModel model={model} checking={checking} onCheck={check} />
        <Composer
          draftKey={newChatDraft}
          agents={agents}
          agent={agent}
          agentName={name}
          model={model}
          running={false}
          onSend={send}
          onStop={() => undefined}
          onAgent={setPicked}
          onEditLast={() => undefined}
        />
      </div>
    </section>
  );
}
