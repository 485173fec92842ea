// Chat: the conversations beside the one that is open, or beside a new one that exists once its first message is sent.

import './chat.css';
import './thread.css';
import './composer.css';
import './attach/attach.css';
import { type ReactNode, useState } from 'react';
import { useRoute } from 'wouter';
import { client, useCall } from '../../api/index.ts';
import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation-view.tsx';
import { NewChat } from './new-chat.tsx';
import { useConversationList } from './use-list.ts';

export function ChatPage(): ReactNode {
  const [, params] = useRoute('/chat/:id');
  const [query, setQuery] = useState('');
  const list = useConversationList(query);
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), []);
  const id = params?.id;
  return (
    <div className="chat">
      <ConversationList selected={id} list={list} query={query} onQuery={setQuery} />
      {id === undefined ? (
        <NewChat agents={agents.data ?? []} onMade={list.reload} />
      ) : (
        <ConversationView key={id} id={id} agents={agents.data ?? []} onChanged={list.reload} />
      )}
    </div>
  );
}
