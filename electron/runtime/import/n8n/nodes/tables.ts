// Tables in files: Convert to File and Extract from File for CSV (and HTML, which is written only), and the older Spreadsheet File.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, isObject } from '../values.ts';
import { decode, encode, fileOf, fromBase64 } from './binary.ts';
import { cellsOf, readCsv, writeCsv, writeHtml } from './csv.ts';

/** One file of all items. */
export function tableFile(run: NodeRun, format: 'csv' | 'html', ownName: string): Item[] {
  const pairedItem = run.items.map((_, item) => ({ item }));
  try {
    const options = run.param<JsonObject>('options', 0, {});
    const rows = cellsOf(
      run.items.map((item) => item.json),
      options.headerRow !== false,
    );
    const delimiter = typeof options.delimiter === 'string' && options.delimiter !== '' ? options.delimiter : ',';
    const text = format === 'html' ? writeHtml(rows) : `\ufeff${writeCsv(rows, delimiter)}`;
    const name = options.fileName === undefined ? `${ownName}.${format}` : String(options.fileName);
    return [{ json: {}, binary: { [run.param<string>('binaryPropertyName', 0, 'data')]: fileOf(encode(text, 'utf8'), name) }, pairedItem }];
  } catch (error) {
    if (!run.continuesOnFail) throw error;
    return [{ json: { error: messageOf(error) }, pairedItem }];
  }
}

/** The rows of each item's file. `reportsFaults`: older versions keep what was read before a fault and say nothing. */
export function readTables(run: NodeRun, formatOf: (index: number, file: JsonObject) => string, reportsFaults: boolean): Item[] {
  const made: Item[] = [];
  run.items.forEach((item, index) => {
    const pairedItem = { item: index };
    let file: JsonObject = {};
    let format = '';
    try {
      const name = run.param<string>('binaryPropertyName', index, 'data');
      const found = item.binary?.[name];
      if (!isObject(found) || typeof found.data !== 'string')
        throw new NodeFault(
          `This operation expects the node's input data to contain a binary file '${name}', but none was found [item ${index}]`,
        );
      file = found;
      format = formatOf(index, file);
      if (format !== 'csv') throw new NodeFault(`Tables of this kind (${format}) are not read here; CSV is.`);
      const options = run.param<JsonObject>('options', index, {});
      const hasHeader = options.headerRow !== false;
      for (const row of rowsOf(found.data, options, hasHeader, reportsFaults))
        made.push({ json: hasHeader ? (row as JsonObject) : { row }, pairedItem });
    } catch (error) {
      const isOther = format === 'csv' && file.fileExtension !== undefined && file.fileExtension !== format;
      const message = isOther ? `The file selected in 'Input Binary Field' is not in ${format} format` : messageOf(error);
      if (!run.continuesOnFail) throw new NodeFault(message);
      made.push({ json: { error: message }, pairedItem });
    }
  });
  return made;
}

function rowsOf(data: string, options: JsonObject, hasHeader: boolean, reportsFaults: boolean): (JsonObject | string[])[] {
  const text = decode(fromBase64(data), String(options.encoding ?? 'utf-8'), options.enableBOM === true);
  const skips = get(options, 'skipRecordsWithErrors.value.enabled') === true;
  const delimiter = typeof options.delimiter === 'string' && options.delimiter !== '' ? options.delimiter : ',';
  const found = readCsv(text, {
    delimiter,
    hasHeader,
    relaxQuotes: options.relaxQuotes === true,
    skipsFaults: skips,
    fromLine: Number(options.fromLine ?? 1),
    most: Number(options.maxRowCount ?? -1),
  });
  if (found.fault !== undefined && reportsFaults) throw new NodeFault(found.fault);
  const most = Number(get(options, 'skipRecordsWithErrors.value.maxSkippedRecords') ?? -1);
  if (skips && most > 0 && found.skipped > most) throw new NodeFault('Max number of skipped records exceeded');
  if (options.includeEmptyCells === true) return found.records;
  return found.records.map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== '')));
}

export const spreadsheetFileNode: Behaviour = {
  limits(parameters, version) {
    const format = String(parameters.fileFormat ?? (parameters.operation === 'toFile' ? 'xls' : 'autodetect'));
    const reads = parameters.operation !== 'toFile';
    if (reads && version < 2)
      return [{ verdict: 'not', reason: 'Version 1 of this node reads tables with a spreadsheet program’s library, which is not here.' }];
    if (reads && format === 'autodetect')
      return [{ verdict: 'partly', reason: 'Of the files that it may find, CSV is read here; spreadsheets are not.' }];
    if (format === 'csv' || (format === 'html' && !reads)) return [];
    return [{ verdict: 'not', reason: `Tables of this kind (${format}) are neither made nor read here; CSV is.` }];
  },
  run(run) {
    if (run.param('operation', 0, 'fromFile') === 'toFile') {
      const format = run.param<string>('fileFormat', 0, 'xls');
      if (format !== 'csv' && format !== 'html') throw new NodeFault(`Tables of this kind (${format}) are not made here; CSV is.`);
      return [tableFile(run, format, 'spreadsheet')];
    }
    const isCsv = (file: JsonObject): boolean =>
      file.mimeType === 'text/csv' || (file.mimeType === 'text/plain' && file.fileExtension === 'csv');
    return [
      readTables(
        run,
        (index, file) => {
          const format = run.version < 2 ? 'spreadsheet' : run.param<string>('fileFormat', index, 'autodetect');
          return format === 'autodetect' && isCsv(file) ? 'csv' : format;
        },
        false,
      ),
    ];
  },
};
