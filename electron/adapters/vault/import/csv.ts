// CSV as password managers write it (RFC 4180: quotes, doubled quotes, line breaks inside quotes). Pure.

import { AppError } from '../../../../shared/errors.ts';

/** Rows of cells. `backslash`: KeePass writes \\" and \\\\ inside quotes. Throws `csv-broken` when a quote is never closed. */
export function parseCsv(text: string, { backslash = false }: { backslash?: boolean } = {}): string[][] {
  const source = text.replace(/^\uFEFF/, '');
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < source.length; i += 1) {
    const sign = source[i] as string;
    if (isQuoted) {
      if (backslash && sign === '\\' && i + 1 < source.length) {
        i += 1;
        cell += source[i];
      } else if (sign !== '"') cell += sign;
      else if (source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === ',') {
      row.push(cell);
      cell = '';
    } else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && source[i + 1] === '\n') i += 1;
      row.push(cell);
      if (row.length > 1 || row[0] !== '') rows.push(row);
      row = [];
      cell = '';
    } else cell += sign;
  }
  if (isQuoted) throw new AppError('csv-broken', 'The file ends inside a quoted cell.', { hint: 'Export it again.', place: 'file' });
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows;
}
