// What becomes one row of the journal: what a run has in one commit. A row of one event is that event, a row of several is a JSON
// list of them and stands under the number of the last.

import { crc32 } from 'node:zlib';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { WriteDb } from './db.ts';

/** Events of one run: a row's id is `number * runSpan + seq`. */
export const runSpan = 2 ** 21;

/** Of `run|seq|json`, which is not put together for it: most rows are long. */
export const checksumOf = (run: RunId, seq: number, json: string): number => crc32(json, crc32(`${run}|${seq}|`));

/** A row takes no further events when its text is longer than this, in characters. */
const packedLength = 16_000;

export interface Pack {
  run: RunId;
  number: number;
  /** Of the last event. */
  seq: number;
  count: number;
  /** The events as JSON, with commas between them. */
  text: string;
  stepsDone: number;
}

interface Item {
  run: RunId;
  number: number;
  seq: number;
  event: RunEvent;
  json: string;
}

export const isLong = ({ text }: Pack): boolean => text.length > packedLength;

export const packText = ({ count, text }: Pack): string => (count === 1 ? text : `[${text}]`);

export function packed(batch: readonly Item[]): { packs: readonly Pack[]; runs: number } {
  const packs: Pack[] = [];
  const open = new Map<number, Pack>();
  for (const { run, number, seq, event, json } of batch) {
    const stepsDone = event.type === 'step-done' ? 1 : 0;
    const pack = open.get(number);
    if (pack === undefined || isLong(pack)) {
      const begun = { run, number, seq, count: 1, text: json, stepsDone };
      packs.push(begun);
      open.set(number, begun);
    } else {
      pack.seq = seq;
      pack.count += 1;
      pack.text += `,${json}`;
      pack.stepsDone += stepsDone;
    }
  }
  return { packs, runs: open.size };
}

/** The journal itself, where each run has a place of its own. */
export class JournalPlaces {
  readonly #insert;
  readonly #steps;

  constructor(write: WriteDb) {
    this.#insert = write.changeMany('insert into journal (id, crc, event) values (?, ?, ?)');
    this.#steps = write.changeMany('update runs set steps_done = steps_done + ? where number = ?');
  }

  /** With its steps counted in the run's own row; inside the caller's transaction. */
  put(pack: Pack): void {
    const { run, number, seq, stepsDone } = pack;
    const event = packText(pack);
    this.#insert.run(number * runSpan + seq, checksumOf(run, seq, event), event);
    if (stepsDone > 0) this.#steps.run(stepsDone, number);
  }
}
