import { expect, it } from 'vitest';
import { csvHead, csvLine } from './csv.ts';

it('a row whose time was changed to none is given as it is, and hides none of the others', () => {
  const columns = csvHead.split(',').length;
  const row = (at: unknown) => csvLine(JSON.stringify({ seq: 1, at, kind: 'call', actor_name: '=x', key: 'k', mac: null })).split(',');
  expect(row(0)).toHaveLength(columns);
  expect(row(0)[1]).toBe('1970-01-01T00:00:00.000Z');
  expect(row(9e18)[1]).toBe('9000000000000000000');
  expect(row('never')[1]).toBe('never');
  expect(row('=1+1')[1]).toBe("'=1+1");
});
