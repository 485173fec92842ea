// What is attached to messages that are not sent yet. It lies in rows, as it does once it is sent: there it becomes a part of its message
// in the same commit (chat-store.ts), and what is removed with its conversation goes by a trigger.

import { AppError } from '../../../shared/errors.ts';
import { attachmentPart } from '../../../shared/model/chat.ts';
import type { AttachmentStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { readable, readJson } from './rows.ts';

interface Row {
  id: string;
  body: string;
}

const toPart = ({ id, body }: Row) => readJson(attachmentPart, body, `attachment ${id}`);
/** The draft of the chat that is not there yet, or of one that is. */
const isThere = "(given.draft = 'new' or given.draft in (select id from conversations))";

export function attachmentStore(read: ReadDb, write: WriteDb): AttachmentStore {
  const list = read.select<Row>('select id, body from draft_attachments where draft = ? order by seq');
  const get = read.select<Row>('select id, body from draft_attachments where id = ?');
  const all = read.select<{ id: string; draft: string; size: number }>('select id, draft, size from draft_attachments order by seq');
  const put = write.change(
    `insert into draft_attachments (id, draft, size, body) select * from (select ? as id, ? as draft, ? as size, ? as body) as given where ${isThere}`,
  );
  const move = write.change(`
    update draft_attachments set draft = given.draft from (select ? as draft, ? as id) as given
    where draft_attachments.id = given.id and ${isThere}`);
  const remove = write.change('delete from draft_attachments where id = ?');
  const each = (ids: readonly string[], act: (id: string) => void): void => {
    if (ids.length > 0)
      write.atomically(() => {
        for (const id of ids) act(id);
      });
  };
  return {
    list: (draft) => readable(list.all(draft), toPart),
    get(id) {
      const row = get.get(id);
      return row === undefined ? undefined : toPart(row);
    },
    all: () => all.all(),
    put(draft, part, size) {
      if (put.run(part.id, draft, size, JSON.stringify(part)) === 0)
        throw new AppError('conversation-not-found', 'That conversation is not there any more.', { hint: 'Attach it to another one.' });
    },
    move: (ids, draft) => each(ids, (id) => void move.run(draft, id)),
    remove: (ids) => each(ids, (id) => void remove.run(id)),
  };
}
