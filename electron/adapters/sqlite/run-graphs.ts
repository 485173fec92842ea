// The graphs that runs were started with, each kept once under the hash of its text. A graph that is started often is neither
// written out nor read again: documents are never changed in place, so the same lists of nodes and edges are the same graph.

import { crc32 } from 'node:zlib';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { sha256Of } from '../blobs/blob-store.ts';
import type { ReadDb, WriteDb } from './db.ts';

/** Graphs that are kept parsed. */
const maxParsed = 20;

interface Known {
  document: WorkflowDocument;
  id: number;
}

export class RunGraphs {
  readonly #find;
  readonly #insert;
  readonly #drop;
  readonly #write: WriteDb;
  #ids = new WeakMap<WorkflowDocument['nodes'], Known>();
  readonly #parsed = new Map<number, WorkflowDocument>();

  constructor(read: ReadDb, write: WriteDb) {
    this.#write = write;
    this.#find = read.select<{ id: number; hash: string; crc: number; body: string }>(
      'select id, hash, crc, body from graphs where id = ?',
    );
    // The update changes nothing; it makes the row that is there already come back.
    this.#insert = write.changeReturning<{ id: number }>(
      'insert into graphs (hash, crc, body) values (?, ?, ?) on conflict (hash) do update set hash = excluded.hash returning id',
    );
    this.#drop = write.change(`
      delete from graphs where id in (
        select id from graphs g where not exists (select 1 from run_details d where d.graph = g.id) limit ?)`);
  }

  /** The row of a graph, made where it is new. Inside the caller's transaction, which tells by `undo` when it came to nothing. */
  put(document: WorkflowDocument): number {
    const known = this.#ids.get(document.nodes);
    if (known !== undefined && isSame(known.document, document)) return known.id;
    const body = JSON.stringify(document);
    const hash = sha256Of(body);
    const id = this.#insert.get(hash, crcOf(hash, body), body)?.id as number;
    this.#ids.set(document.nodes, { document, id });
    return id;
  }

  /** What was put lately may not be there. */
  undo(): void {
    this.#ids = new WeakMap();
    this.#parsed.clear();
  }

  /** Undefined when it is missing or its checksum is wrong. */
  get(id: number): WorkflowDocument | undefined {
    const parsed = this.#parsed.get(id);
    if (parsed !== undefined) return parsed;
    const row = this.#find.get(id);
    if (row === undefined || crcOf(row.hash, row.body) !== row.crc) return undefined;
    const document = JSON.parse(row.body) as WorkflowDocument;
    if (this.#parsed.size >= maxParsed) this.#parsed.delete(this.#parsed.keys().next().value as number);
    this.#parsed.set(id, document);
    return document;
  }

  /** Removes at most so many that no run names any more; gives how many went. */
  sweep(limit: number): number {
    return this.#write.atomically(() => {
      this.undo();
      return this.#drop.run(limit);
    });
  }
}

const crcOf = (hash: string, body: string): number => crc32(`${hash}|${body}`);

function isSame(a: WorkflowDocument, b: WorkflowDocument): boolean {
  const keys = Object.keys(a) as (keyof WorkflowDocument)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
