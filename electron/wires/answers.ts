// Writes what a call gives as the text of its answer. Nearly all of it is plain JSON and written as it is; rows of a journal are
// JSON text already and put in between unread; the rest takes the wire library's own way.

import type { ORPCError } from '@orpc/client';
import type { StandardCodec } from '@orpc/server/standard';
import { KeptRows, keptRowsOnWire, wireTypes } from '../../shared/model/kept-rows.ts';
import { isPlain, isPlainObject, PlainFirstSerializer } from './plain-serializer.ts';
import { isStream } from './stream-errors.ts';

const serializer = new PlainFirstSerializer(wireTypes);

/** What stands in a frame for one value: `{"json":…}`, with `meta` where the library's own way was taken or rows lie. */
export function answerText(value: unknown): string {
  return withRows(value) ?? plainText(value);
}

function plainText(value: unknown): string {
  const [json, meta, , blobs] = serializer.serialize(value);
  if (blobs.length > 0) throw new Error('An answer held a file, which no call of the contract gives.');
  return JSON.stringify(meta.length === 0 ? { json } : { json, meta });
}

/** Rows that are the whole answer or a field of it; anywhere else, or beside what is not plain, they are read after all. */
function withRows(value: unknown): string | undefined {
  if (value instanceof KeptRows) return `{"json":${value.text},"meta":[[${keptRowsOnWire.type}]]}`;
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return undefined;
  const fields = Object.entries(value);
  if (!fields.some(([, field]) => field instanceof KeptRows)) return undefined;
  const meta: [number, string][] = [];
  let fieldsText = '';
  for (const [key, field] of fields) {
    if (field instanceof KeptRows) meta.push([keptRowsOnWire.type, key]);
    else if (key === 'toJSON' || key === '__proto__' || !isPlain(field)) return undefined;
    const text = field instanceof KeptRows ? field.text : JSON.stringify(field);
    if (text !== undefined) fieldsText += `${fieldsText === '' ? '' : ','}${JSON.stringify(key)}:${text}`;
  }
  return `{"json":{${fieldsText}},"meta":${JSON.stringify(meta)}}`;
}

/** What the library's handler reads and gives: an answer as its text, or a stream of what is written later. */
export const textCodec: StandardCodec = {
  // The guard has let through nothing but `{ json }`, and nothing in it that is not plain JSON.
  decode: async (request) => ((await request.body()) as { json?: unknown } | undefined)?.json,
  encode: (output) => ({ status: 200, headers: {}, body: isStream(output) ? output : answerText(output) }),
  // biome-ignore lint/suspicious/noExplicitAny: the library's own type for an error of any code
  encodeError: (error: ORPCError<any, any>) => ({ status: error.status, headers: {}, body: answerText(error.toJSON()) }),
};
