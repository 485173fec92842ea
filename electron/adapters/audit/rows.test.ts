import { expect, it } from 'vitest';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { ChainPage } from './chain.ts';
import { lineOfRow, pageOfRow, readRow, rowsOfPage } from './rows.ts';

const line = (n: number): string =>
  auditLine(
    {
      kind: 'call',
      actor: { kind: 'agent', id: 'a', name: 'An “agent”' },
      what: `thing ${n}`,
      outcome: 'done',
      reason: '\n',
      details: { n },
    },
    1000 + n,
  );
const page = (lines: string[]): ChainPage => ({
  ...{ first: 7, last: 6 + lines.length, first_at: 1001, last_at: 1000 + lines.length },
  ...{ key: 'folder-1', mac: 'abc', lines: lines.join('\n') },
});

it('gives each entry of a page as a row, the hash at the last, from which its line is made again', () => {
  const lines = [line(1), line(2)];
  const rows = rowsOfPage(page(lines)).map(({ seq, text }) => ({ seq, row: readRow(text) }));
  expect(rows.map(({ seq, row }) => [seq, row.seq, row.what, row.key, row.mac])).toEqual([
    [7, 7, 'thing 1', 'folder-1', null],
    [8, 8, 'thing 2', 'folder-1', 'abc'],
  ]);
  expect(rows.map(({ row }) => lineOfRow(row))).toEqual(lines);
});

it('makes of a row with a hash of its own the page of one that it was', () => {
  const one = page([line(1)]);
  const [row] = rowsOfPage(one).map(({ text }) => readRow(text));
  expect(pageOfRow({ ...row, mac: 'abc' } as never)).toEqual(one);
});

it('gives a line that cannot be read as a row of nothing, and refuses a row that is none', () => {
  expect(rowsOfPage(page(['[1001', line(2)])).map(({ text }) => JSON.parse(text).what)).toEqual([null, 'thing 2']);
  expect(() => readRow('{"seq":1}')).toThrow();
  expect(() => readRow('[')).toThrow(SyntaxError);
});
