// Not a product: the least that the same promise costs. Each of so many loops commits an intent row, then a result row, for each
// of a hundred steps, and waits for each commit; loops that wait in one turn of the event loop share it. WAL, FULL.

import { createRequire } from 'node:module';
import path from 'node:path';
import { serveRounds } from './serve-rounds.mjs';

const require = createRequire(import.meta.url);

await serveRounds(async (folder) => {
  const Database = require('better-sqlite3');
  const db = new Database(path.join(folder, 'floor.db'));
  db.pragma('journal_mode = wal');
  db.exec('create table journal (id integer primary key, crc integer not null, event text not null) strict');
  db.prepare('select count(*) from journal').get();
  db.pragma('synchronous = full');
  const [begin, insert, commit] = ['begin immediate', 'insert into journal values (?, ?, ?)', 'commit'].map((sql) => db.prepare(sql));
  let queue = [];
  let rows = 0;
  const write = () => {
    const batch = queue;
    queue = [];
    begin.run();
    for (const { text } of batch) {
      rows += 1;
      insert.run(rows, 0, text);
    }
    commit.run();
    for (const { resolve } of batch) resolve();
  };
  const append = (text) =>
    new Promise((resolve) => {
      queue.push({ text, resolve });
      if (queue.length === 1) setImmediate(write);
    });
  const row = (type, step) =>
    JSON.stringify({ type, at: 1_763_000_000_000, step: `n${step}`, node: `n${step}`, attempt: 1, outputs: { out: step } });
  const linear = async () => {
    let sum = 0;
    for (let step = 0; step < 100; step += 1) {
      await append(row('step-start', step));
      sum += 1;
      await append(row('step-done', step));
    }
    return sum;
  };
  return { linear, close: () => db.close() };
});
