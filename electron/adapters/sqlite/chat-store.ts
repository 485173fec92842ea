// Conversations and their messages. A conversation's state is that of its last message as stored: `running`, `waiting` while
// one of its tool calls waits for a person, else `idle`. The agents part knows better for live turns and says so itself.

import { AppError } from '../../../shared/errors.ts';
import { type ConversationSummary, type Message, message as messageShape } from '../../../shared/model/chat.ts';
import type { AgentId, ConversationId } from '../../../shared/model/ids.ts';
import type { ChatStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { everyWord, markEnd, markStart } from './full-text.ts';
import { readJson, withTies } from './rows.ts';

interface Row {
  seq: number;
  id: ConversationId;
  title: string;
  agent: AgentId;
  agent_name: string | null;
  created_at: number;
  updated_at: number;
  message_count: number;
  last_state: string | null;
}
interface FoundRow extends Row {
  message_row: number | null;
}

const columns = `c.seq, c.id, c.title, c.agent, a.name as agent_name, c.created_at, c.updated_at, c.message_count,
  (select state from messages where conversation = c.seq order by seq desc limit 1) as last_state`;
const from = 'conversations c left join agents a on a.id = c.agent';

export function chatStore(read: ReadDb, write: WriteDb): ChatStore {
  const all = read.select<Row>(`select ${columns} from ${from} where c.updated_at < ? order by c.updated_at desc, c.seq desc limit ?`);
  const sameTime = read.select<Row>(`select ${columns} from ${from} where c.updated_at = ? and c.seq < ? order by c.seq desc`);
  // Newest conversation first; its snippet is from its newest message that matches.
  const found = read.select<FoundRow>(`
    with hits (conversation, message_row) as (
      select m.conversation, max(m.seq) from message_fts f join messages m on m.seq = f.rowid where message_fts match ?
      group by m.conversation
      union all select rowid, null from title_fts where title_fts match ?)
    select ${columns}, max(h.message_row) as message_row
    from hits h join conversations c on c.seq = h.conversation left join agents a on a.id = c.agent
    where c.updated_at < ? group by c.seq order by c.updated_at desc, c.seq desc limit ?`);
  const snippet = read.select<{ text: string }>(`
    select snippet(message_fts, 0, '${markStart}', '${markEnd}', '…', 16) as text from message_fts where message_fts match ? and rowid = ?`);
  const get = read.select<Row>(`select ${columns} from ${from} where c.id = ?`);
  const messages = read.select<{ id: string; body: string }>('select id, body from messages where conversation = ? order by seq');
  const insert = write.change('insert into conversations (id, title, agent, created_at, updated_at) values (?, ?, ?, ?, ?)');
  const rename = write.change('update conversations set title = ? where id = ?');
  const setAgent = write.change('update conversations set agent = ? where id = ?');
  const remove = write.change('delete from conversations where id = ?');

  return {
    list({ limit, before, query }) {
      const until = before ?? Number.MAX_SAFE_INTEGER;
      if (query.trim() === '')
        return withTies(all.all(until, limit), limit, (last) => sameTime.all(last.updated_at, last.seq)).map(toSummary);
      const match = everyWord(query, { prefix: true });
      if (match === undefined) return [];
      const page = found.all(match, match, until, limit);
      const rows = withTies(page, limit, (last) =>
        found.all(match, match, last.updated_at + 1, -1).filter((row) => row.updated_at === last.updated_at && row.seq < last.seq),
      );
      return rows.map((row) => {
        const text = row.message_row === null ? undefined : snippet.get(match, row.message_row)?.text;
        return text === undefined ? toSummary(row) : { ...toSummary(row), snippet: text };
      });
    },
    get(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const kept = messages.all(row.seq).map((each) => readJson(messageShape, each.body, `message ${each.id}`));
      return { ...toSummary(row), messages: kept };
    },
    insert: ({ id, title, agent, createdAt, updatedAt }) => void insert.run(id, title, agent, createdAt, updatedAt),
    rename: (id, title) => mustExist(id, rename.run(title, id)),
    setAgent: (id, agent) => mustExist(id, setAgent.run(agent, id)),
    remove: (id) => void remove.run(id),
    ...messageWrites(write),
  };
}

function messageWrites(write: WriteDb): Pick<ChatStore, 'putMessage' | 'truncateAfter'> {
  const put = write.changeReturning<{ seq: number; conversation: number }>(`
    insert into messages (id, conversation, state, body) select ?, seq, ?, ? from conversations where id = ?
    on conflict (id) do update set state = excluded.state, body = excluded.body where conversation = excluded.conversation
    returning seq, conversation`);
  const index = write.change('insert or replace into message_fts (rowid, text) values (?, ?)');
  const touch = write.change('update conversations set updated_at = max(updated_at, ?) where seq = ?');
  const truncate = write.change(`
    delete from messages where conversation = (select seq from conversations where id = ?)
    and seq > (select m.seq from messages m where m.id = ? and m.conversation = messages.conversation)`);
  const clear = write.change('delete from messages where conversation = (select seq from conversations where id = ?)');
  const leaveDraft = write.change('delete from draft_attachments where id = ?');
  const exists = write.changeReturning<{ seq: number }>('update messages set state = state where id = ? returning seq');
  return {
    putMessage: (id, message) =>
      write.atomically(() => {
        const row = put.get(message.id, stateOf(message), JSON.stringify(message), id);
        if (row === undefined) throw notFound(id);
        index.run(row.seq, textOf(message));
        touch.run(message.createdAt, row.conversation);
        for (const part of message.parts) if (part.type === 'attachment') leaveDraft.run(part.id);
      }),
    truncateAfter(id, message) {
      write.atomically(() => {
        if (message === null) {
          clear.run(id);
          return;
        }
        if (exists.get(message) === undefined)
          throw new AppError('message-not-found', 'That message is not there any more.', { hint: 'Open the conversation again.' });
        truncate.run(id, message);
      });
    },
  };
}

const notFound = (id: string): AppError =>
  new AppError('conversation-not-found', 'That conversation is not there any more.', { hint: 'Reload the list.', details: { id } });

function mustExist(id: ConversationId, changed: number): void {
  if (changed === 0) throw notFound(id);
}

/** What people said and what agents answered; reasoning and tool output are not searched. */
const textOf = (message: Message): string =>
  message.parts
    .filter((part) => part.type === 'text')
    .map((part) => part.text)
    .join('\n');

function stateOf(message: Message): string {
  if (message.state !== 'running') return message.state;
  return message.parts.some((part) => part.type === 'tool-call' && part.state === 'waiting') ? 'waiting' : 'running';
}

const toSummary = (row: Row): ConversationSummary => ({
  id: row.id,
  title: row.title,
  agent: row.agent,
  agentName: row.agent_name ?? 'Removed agent',
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  messageCount: row.message_count,
  state: row.last_state === 'running' || row.last_state === 'waiting' ? row.last_state : 'idle',
});
