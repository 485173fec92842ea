import { expect, test } from 'vitest';
import type { Message } from '../../../shared/model/chat.ts';
import type { AgentId, ConversationId, InboxId, MessageId, ServerId } from '../../../shared/model/ids.ts';
import type { Store } from '../../runtime/ports.ts';
import { markEnd, markStart } from './full-text.ts';
import { withStore } from './test-support.ts';

const c = 'c1' as ConversationId;
const agent = 'ada' as AgentId;
const message = (id: string, text: string, more: Partial<Message> = {}): Message => ({
  id: id as MessageId,
  role: 'person',
  parts: [{ type: 'text', text }],
  createdAt: 100,
  state: 'done',
  ...more,
});
const talk = (store: Store, id: ConversationId, title: string, at: number) =>
  store.chats.insert({ id, title, agent, createdAt: at, updatedAt: at });

test('messages keep the order of their first insertion, are replaced by id, counted, and cut off', () =>
  withStore(({ store }) => {
    store.agents.put({
      id: agent,
      name: 'Ada',
      character: '',
      tools: [],
      grant: { tools: [], folders: [] },
      maxSteps: 5,
      createdAt: 1,
      updatedAt: 1,
    });
    talk(store, c, 'First', 1);
    for (const id of ['a', 'b', 'c']) store.chats.putMessage(c, message(id, `text ${id}`));
    store.chats.putMessage(c, message('a', 'changed'));
    const found = store.chats.get(c);
    expect(found?.messages).toEqual([message('a', 'changed'), message('b', 'text b'), message('c', 'text c')]);
    expect(found).toMatchObject({ agentName: 'Ada', messageCount: 3, state: 'idle', updatedAt: 100 });
    store.chats.truncateAfter(c, 'a' as MessageId);
    expect(store.chats.get(c)?.messages.map((each) => each.id)).toEqual(['a']);
    expect(() => store.chats.truncateAfter(c, 'gone' as MessageId)).toThrow(expect.objectContaining({ code: 'message-not-found' }));
    store.chats.truncateAfter(c, null);
    expect(store.chats.get(c)).toMatchObject({ messages: [], messageCount: 0 });
    expect(() => store.chats.putMessage('no' as ConversationId, message('x', 'x'))).toThrow(
      expect.objectContaining({ code: 'conversation-not-found' }),
    );
    expect(() => store.chats.rename('no' as ConversationId, 'x')).toThrow(expect.objectContaining({ code: 'conversation-not-found' }));
  }));

test('the state is that of the last message', () =>
  withStore(({ store }) => {
    talk(store, c, 'First', 1);
    store.chats.putMessage(c, message('a', 'go', { state: 'running' }));
    expect(store.chats.list({ limit: 5, query: '' })[0]?.state).toBe('running');
    const call = {
      type: 'tool-call' as const,
      call: 't1',
      server: 'files' as ServerId,
      tool: 'write',
      args: {},
      state: 'waiting' as const,
      inbox: 'i' as InboxId,
      startedAt: 1,
    };
    store.chats.putMessage(c, message('a', 'go', { state: 'running', parts: [call] }));
    expect(store.chats.get(c)?.state).toBe('waiting');
    store.chats.putMessage(c, message('a', 'go', { state: 'stopped', parts: [call] }));
    expect(store.chats.get(c)?.state).toBe('idle');
  }));

test('search finds titles and texts, newest first, with marks round the matches, and takes any text', () =>
  withStore(({ store }) => {
    talk(store, c, 'Garden plans', 1);
    talk(store, 'c2' as ConversationId, 'Shopping', 2);
    talk(store, 'c3' as ConversationId, 'Other', 3);
    store.chats.putMessage('c2' as ConversationId, message('m', 'Seeds for the gardens, please'));
    store.chats.putMessage('c3' as ConversationId, message('n', `what's "this OR (`, { createdAt: 50 }));
    const ids = (query: string, more = {}) => store.chats.list({ limit: 5, query, ...more }).map((each) => each.id);
    expect(ids('garden')).toEqual(['c2', 'c1']);
    expect(ids('gard')).toEqual(['c2', 'c1']);
    expect(ids('garden', { before: 100 })).toEqual(['c1']);
    expect(store.chats.list({ limit: 5, query: 'garden' })[0]?.snippet).toContain(`${markStart}gardens${markEnd}`);
    expect(ids(`what's "this OR (`)).toEqual(['c3']);
    expect(ids('"')).toEqual([]);
    expect(ids('text:')).toEqual([]);
    expect(ids('   ')).toHaveLength(3);
    store.chats.rename(c, 'Boats');
    store.chats.putMessage('c2' as ConversationId, message('m', 'nothing'));
    expect(ids('garden')).toEqual([]);
    expect(ids('boats')).toEqual(['c1']);
    store.chats.remove('c3' as ConversationId);
    expect(ids('this')).toEqual([]);
  }));
