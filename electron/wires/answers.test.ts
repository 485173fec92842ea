// What is written for an answer is read by the wire library's own client as what was given; rows of a journal come out as events.

import { StandardRPCJsonSerializer, StandardRPCSerializer } from '@orpc/client/standard';
import { expect, it } from 'vitest';
import { KeptRows, wireTypes } from '../../shared/model/kept-rows.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { answerText } from './answers.ts';

const client = new StandardRPCSerializer(new StandardRPCJsonSerializer(wireTypes));
const read = (value: unknown): unknown => client.deserialize(JSON.parse(answerText(value)));

const start = { type: 'run-start', at: 1, inputs: { text: '“é😀”\u2028"' } };
const end = { type: 'run-end', at: 2, status: 'done' };
const skipped = { type: 'step-skipped', at: 2, step: 's', node: 'n' };
const rows = new KeptRows(
  JSON.stringify([
    [1, 1, start],
    [5, 6, [skipped, skipped]],
    [7, 7, [end]],
  ]),
);
const events = [
  { seq: 1, event: start },
  { seq: 5, event: skipped },
  { seq: 6, event: skipped },
  { seq: 7, event: end },
];

it.each<[string, unknown, unknown]>([
  ['nothing', undefined, undefined],
  ['null', null, null],
  ['plain JSON', { a: [1, { b: '“' }], c: undefined }, { a: [1, { b: '“' }] }],
  ['a date', { at: new Date(5) }, { at: new Date(5) }],
  ['rows alone', rows, events],
  ['rows in a field', { run: { id: 'r' }, gone: undefined, events: rows, leftOut: 3 }, { run: { id: 'r' }, events, leftOut: 3 }],
  ['rows in two fields', { left: rows, right: rows }, { left: events, right: events }],
  ['no rows in a field for them', { events: new KeptRows('[]') }, { events: [] }],
  ['rows beside a date', { at: new Date(5), events: rows }, { at: new Date(5), events }],
  ['rows deep inside', { list: [{ events: rows }] }, { list: [{ events }] }],
])('%s', (_, given, wanted) => {
  expect(read(given)).toEqual(wanted);
});

it('refuses rows that do not hold what they say, with the reason', () => {
  const short = new KeptRows(JSON.stringify([[1, 3, [start, end]]]));
  expect(() => read(short)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
  const cause = (() => {
    try {
      return read(short);
    } catch (error) {
      return error;
    }
  })();
  // As the library words it when it cannot read an answer.
  expect(fromWireError(new Error('Invalid RPC response format.', { cause })).code).toBe('journal-damaged');
});
