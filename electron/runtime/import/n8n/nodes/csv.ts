// Tables as text with separators, read by the rules and with the faults of the library that n8n has (csv-parse), and written
// as its spreadsheet library writes them.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { isObject } from '../values.ts';

export interface CsvRules {
  delimiter: string;
  hasHeader: boolean;
  relaxQuotes: boolean;
  skipsFaults: boolean;
  fromLine: number;
  /** How many records at most; -1 is all. */
  most: number;
}
export interface CsvRead {
  records: (Record<string, string> | string[])[];
  skipped: number;
  /** What stopped the reading; the records before it are there. */
  fault?: string;
}

class CsvFault extends Error {}

/** One pass over the text, a sign at a time. */
class Reader {
  readonly #rules: CsvRules;
  readonly #text: string;
  readonly found: CsvRead = { records: [], skipped: 0 };
  #header: string[] | undefined;
  #width: number | undefined;
  #record: string[] = [];
  #field = '';
  #wasQuoted = false;
  #isWrong = false;
  #line = 1;
  #at = 0;

  constructor(text: string, rules: CsvRules) {
    this.#text = text;
    this.#rules = rules;
  }

  read(): CsvRead {
    try {
      while (this.#at < this.#text.length && !this.#isFull) this.#step();
      if (!this.#isFull && (this.#record.length > 0 || this.#field !== '' || this.#wasQuoted)) this.#endRecord();
    } catch (error) {
      if (!(error instanceof CsvFault)) throw error;
      this.found.fault = error.message;
    }
    return this.found;
  }

  get #isFull(): boolean {
    return this.#rules.most > -1 && this.found.records.length >= this.#rules.most;
  }

  #step(): void {
    const text = this.#text;
    const end = this.#lineEnd(this.#at);
    if (this.#line < this.#rules.fromLine) {
      this.#at += end || 1;
      if (end > 0) this.#line += 1;
      return;
    }
    if (end > 0) {
      this.#at += end;
      const isEmpty = this.#record.length === 0 && this.#field === '' && !this.#wasQuoted;
      if (!isEmpty) this.#endRecord();
      this.#line += 1;
    } else if (text.startsWith(this.#rules.delimiter, this.#at)) {
      this.#at += this.#rules.delimiter.length;
      this.#endField();
    } else if (text[this.#at] === '"' && !this.#wasQuoted && (this.#field === '' || !this.#rules.relaxQuotes)) {
      if (this.#field === '') this.#quoted();
      else {
        this.#wrong(
          `Invalid Opening Quote: a quote is found on field ${JSON.stringify(this.#header?.[this.#record.length] ?? this.#record.length)} at line ${this.#line}, value is ${JSON.stringify(this.#field)}`,
        );
        this.#take();
      }
    } else this.#take();
  }

  #take(): void {
    this.#field += this.#text[this.#at];
    this.#at += 1;
  }

  /** From a quote to the one that closes it. */
  #quoted(): void {
    const text = this.#text;
    this.#at += 1;
    for (;;) {
      const next = text.indexOf('"', this.#at);
      const part = text.slice(this.#at, next < 0 ? undefined : next);
      this.#line += part.match(/\r\n|\n|\r/g)?.length ?? 0;
      this.#field += part;
      if (next < 0) {
        this.#at = text.length;
        this.#wrong(`Quote Not Closed: the parsing is finished with an opening quote at line ${this.#line}`);
        return;
      }
      this.#at = next + 1;
      if (text[this.#at] === '"') {
        this.#field += '"';
        this.#at += 1;
        continue;
      }
      const ends = this.#at >= text.length || this.#lineEnd(this.#at) > 0 || text.startsWith(this.#rules.delimiter, this.#at);
      if (ends) this.#wasQuoted = true;
      else if (this.#rules.relaxQuotes) this.#field = `"${this.#field}"`;
      else
        this.#wrong(
          `Invalid Closing Quote: got "${text[this.#at]}" at line ${this.#line} instead of delimiter, record delimiter, trimable character (if activated) or comment`,
        );
      return;
    }
  }

  #lineEnd(at: number): number {
    const sign = this.#text[at];
    return sign === '\n' ? 1 : sign === '\r' ? (this.#text[at + 1] === '\n' ? 2 : 1) : 0;
  }

  #wrong(message: string): void {
    if (!this.#rules.skipsFaults) throw new CsvFault(message);
    this.#isWrong = true;
  }

  #endField(): void {
    this.#record.push(this.#field);
    this.#field = '';
    this.#wasQuoted = false;
  }

  #endRecord(): void {
    this.#endField();
    const record = this.#record;
    this.#record = [];
    const isHeader = this.#rules.hasHeader && this.#header === undefined;
    this.#width ??= record.length;
    if (!isHeader && record.length !== this.#width)
      this.#wrong(
        `Invalid Record Length: ${this.#rules.hasHeader ? 'columns length is' : 'expect'} ${this.#width}, got ${record.length} on line ${this.#line}`,
      );
    const isWrong = this.#isWrong;
    this.#isWrong = false;
    if (isWrong) this.found.skipped += 1;
    else if (isHeader) this.#header = record;
    else if (this.#header === undefined) this.found.records.push(record);
    else this.found.records.push(Object.fromEntries(this.#header.map((name, at) => [name, record[at] ?? ''])));
  }
}

export const readCsv = (text: string, rules: CsvRules): CsvRead => new Reader(text, rules).read();

/** Objects within objects become columns `a.b`; what is empty leaves none. */
export function flat(json: JsonObject): Record<string, Exclude<JsonValue, JsonObject | JsonValue[]>> {
  const made: Record<string, Exclude<JsonValue, JsonObject | JsonValue[]>> = {};
  for (const [key, value] of Object.entries(json)) {
    if (isObject(value) || Array.isArray(value))
      for (const [inner, each] of Object.entries(flat(value as JsonObject))) made[`${key}.${inner}`] = each;
    else made[key] = value;
  }
  return made;
}

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/(?:\.0*|(\.\d*[1-9])0+)$/, '$1') : text);

/** A number as a spreadsheet shows it in a cell of no special kind: eleven signs. */
export function general(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return String(value);
  const power = Math.floor(Math.log10(Math.abs(value)));
  const most = value < 0 ? 12 : 11;
  const shown = (): string => {
    if (power >= -4 && power <= -1) return value.toPrecision(10 + power);
    if (power === 10) return value.toFixed(10).slice(0, 12);
    if (Math.abs(power) > 9) {
      const plain = withoutZeros(value.toFixed(11));
      return plain.length > most || plain === '0' || plain === '-0' ? value.toPrecision(6) : plain;
    }
    const plain = withoutZeros(value.toFixed(12));
    if (plain.length <= most) return plain;
    const precise = value.toPrecision(10);
    return precise.length <= most ? precise : value.toExponential(5);
  };
  const text = shown()
    .toUpperCase()
    .replace(/(?:\.0*|(\.\d*[1-9])0+)E/, '$1E')
    .replace(/(E[+-])(\d)$/, '$10$2');
  return text.includes('E') ? text : withoutZeros(text);
}

export type Cell = string | number | boolean | null | undefined;
const cellText = (cell: Cell): string =>
  typeof cell === 'number' ? general(cell) : typeof cell === 'boolean' ? String(cell).toUpperCase() : (cell ?? '');

/** Rows of cells, the names of the columns first where they are wanted. */
export function cellsOf(items: JsonObject[], hasHeader: boolean): Cell[][] {
  const rows = items.map(flat);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name): Cell => row[name]));
  return hasHeader ? [names, ...cells] : cells;
}

export const writeCsv = (rows: Cell[][], delimiter: string): string =>
  rows
    .map((row, at) =>
      row
        .map((cell, column) => {
          const text = cellText(cell);
          const isAsked = text.includes(delimiter) || /["\n]/.test(text);
          // A file that begins with ID is taken for another format by spreadsheets.
          return isAsked || (at === 0 && column === 0 && text === 'ID') ? `"${text.replaceAll('"', '""')}"` : text;
        })
        .join(delimiter),
    )
    .join('\n');

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign).replace(/\n/g, '<br/>');

function columnName(at: number): string {
  let name = '';
  for (let rest = at + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
}

function htmlCell(cell: Cell, id: string): string {
  if (cell === undefined) return `<td id="${id}"></td>`;
  if (cell === null) return `<td data-t="z" id="${id}"></td>`;
  const value = typeof cell === 'string' ? escaped(cell) : String(cell);
  const text = escaped(cellText(cell));
  const space = /^\s|\s$/.test(text) ? ' xml:space="preserve"' : '';
  return `<td data-t="${(typeof cell).charAt(0)}" data-v="${value}" id="${id}"${space}>${text}</td>`;
}

export const writeHtml = (rows: Cell[][]): string =>
  `<html><head><meta charset="utf-8"/><title>SheetJS Table Export</title></head><body><table>${rows
    .map((row, at) => `<tr>${row.map((cell, column) => htmlCell(cell, `sjs-${columnName(column)}${at + 1}`)).join('')}</tr>`)
    .join('')}</table></body></html>`;
