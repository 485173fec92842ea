// Remembered items and their search: all words first; when few items hold them all, any word that carries meaning.

import { z } from 'zod';
import { type MemoryHit, type MemoryItem, memorySource } from '../../../shared/model/memory.ts';
import type { MemoryStore } from '../../runtime/ports.ts';
import type { ReadDb, SqlValue, WriteDb } from './db.ts';
import { anyWord, everyWord, markEnd, markStart } from './full-text.ts';
import { readJson, withTies } from './rows.ts';

interface Row {
  seq: number;
  id: MemoryItem['id'];
  text: string;
  key: string | null;
  tags: string;
  source: string;
  created_at: number;
  updated_at: number;
}
interface HitRow extends Row {
  rank: number;
  snippet: string;
}

/** Fewer hits than this for all words: items with some of the words are added behind them. */
const fewHits = 5;
const tagList = z.array(z.string());
const columns = 'm.seq, m.id, m.text, m.key, m.tags, m.source, m.created_at, m.updated_at';
const withTag = 'm.seq in (select seq from memory_tags where tag = ?)';

export function memoryStore(read: ReadDb, write: WriteDb): MemoryStore {
  const get = read.select<Row>(`select ${columns} from memory m where m.id = ?`);
  const getByKey = read.select<Row>(`select ${columns} from memory m where m.key = ?`);
  const tags = read.select<{ tag: string; count: number }>(
    'select tag, count(*) as count from memory_tags group by tag order by count desc, tag',
  );
  const remove = write.change('delete from memory where id = ?');
  const put = putter(write);
  const one = (row: Row | undefined) => (row === undefined ? undefined : toItem(row));

  const match = (query: string | undefined, limit: number, tag: string | undefined): HitRow[] => {
    if (query === undefined) return [];
    const params: SqlValue[] = tag === undefined ? [query, limit] : [query, tag, limit];
    return read
      .select<HitRow>(
        `select ${columns}, bm25(memory_fts, 1.0, 0.5) as rank,
           snippet(memory_fts, 0, '${markStart}', '${markEnd}', '…', 24) as snippet
         from memory_fts join memory m on m.seq = memory_fts.rowid
         where memory_fts match ?${tag === undefined ? '' : ` and ${withTag}`} order by rank, m.updated_at desc limit ?`,
      )
      .all(...params);
  };

  return {
    list({ limit, before, tag }) {
      const where = tag === undefined ? '' : `and ${withTag}`;
      const given: SqlValue[] = tag === undefined ? [] : [tag];
      const page = read
        .select<Row>(`select ${columns} from memory m where m.updated_at < ? ${where} order by m.updated_at desc, m.seq desc limit ?`)
        .all(before ?? Number.MAX_SAFE_INTEGER, ...given, limit);
      const sameTime = read.select<Row>(
        `select ${columns} from memory m where m.updated_at = ? and m.seq < ? ${where} order by m.seq desc`,
      );
      const rows = withTies(page, limit, (last) => sameTime.all(last.updated_at, last.seq, ...given));
      const total = read.select<{ n: number }>(`select count(*) as n from memory m where true ${where}`).get(...given);
      return { items: rows.map(toItem), total: total?.n ?? 0 };
    },
    get: (id) => one(get.get(id)),
    search(query, limit, tag) {
      const hits = match(everyWord(query), limit, tag);
      if (hits.length < Math.min(limit, fewHits)) {
        const known = new Set(hits.map((hit) => hit.seq));
        for (const hit of match(anyWord(query), limit, tag)) if (!known.has(hit.seq) && hits.length < limit) hits.push(hit);
      }
      return hits.map((row): MemoryHit => ({ ...toItem(row), score: -row.rank, snippet: row.snippet }));
    },
    put,
    findByKey: (key) => one(getByKey.get(key)),
    forget: (id) => void remove.run(id),
    tags: () => tags.all(),
  };
}

/**
 * An item that is there already (by id) is changed, and whoever else held its key is forgotten; a new item takes the place,
 * id and creation time of the one that holds its key.
 */
function putter(write: WriteDb): (item: MemoryItem) => MemoryItem {
  const known = write.changeReturning<{ seq: number }>('update memory set updated_at = updated_at where id = ? returning seq');
  const dropKey = write.change('delete from memory where key = ? and id <> ?');
  const upsert = write.changeReturning<{ seq: number; id: MemoryItem['id']; created_at: number }>(`
    insert into memory (id, text, key, tags, source, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?)
    on conflict do update set
      text = excluded.text, key = excluded.key, tags = excluded.tags, source = excluded.source, updated_at = excluded.updated_at
    returning seq, id, created_at`);
  const dropTags = write.change('delete from memory_tags where seq = ?');
  const addTag = write.change('insert into memory_tags (seq, tag) values (?, ?)');
  const index = write.change('insert or replace into memory_fts (rowid, text, extra) values (?, ?, ?)');
  return (item) =>
    write.atomically(() => {
      const { id, text, key, source, createdAt, updatedAt } = item;
      const tags = [...new Set(item.tags)];
      if (key !== undefined && known.get(id) !== undefined) dropKey.run(key, id);
      const row = upsert.get(id, text, key ?? null, JSON.stringify(tags), JSON.stringify(source), createdAt, updatedAt);
      if (row === undefined) throw new Error('The insert of a memory gave no row.');
      dropTags.run(row.seq);
      for (const tag of tags) addTag.run(row.seq, tag);
      index.run(row.seq, text, [...tags, 'title' in source ? source.title : ''].join(' '));
      return { ...item, tags, id: row.id, createdAt: row.created_at };
    });
}

function toItem(row: Row): MemoryItem {
  const what = `memory ${row.id}`;
  return {
    id: row.id,
    text: row.text,
    ...(row.key === null ? {} : { key: row.key }),
    tags: readJson(tagList, row.tags, what),
    source: readJson(memorySource, row.source, what),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
