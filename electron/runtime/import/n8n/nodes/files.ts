// Convert to File and Extract from File, for JSON, text, base64 and tables (tables.ts): a file is carried in its item as base64, as
// n8n does in memory.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, type Limit, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, get, isObject, type Loose, set, unset } from '../values.ts';
import { addsBom, decode, encode, fileOf, fromBase64, named, stripsBom } from './binary.ts';
import { base64Bytes } from './move-binary.ts';
import { readTables, tableFile } from './tables.ts';

const written = new Set(['toJson', 'toText', 'toBinary', 'csv', 'html']);
const readable = new Set(['fromJson', 'text', 'xml', 'binaryToPropery', 'csv']);
const other = (operation: string): Limit[] => [
  { verdict: 'not', reason: `Files of this kind (${operation}) are not dealt with here; JSON, text, base64 and CSV are.` },
];
const encodings = /^(?:utf-?8|utf-?16(?:le)?|ucs-?2|latin1|iso-?8859-?1|ascii|binary)$/i;
const isKnown = (encoding: Loose): boolean => encoding === undefined || encodings.test(String(encoding));
const limitOf = (parameters: JsonObject): Limit[] =>
  isKnown(get(parameters, 'options.encoding'))
    ? []
    : [{ verdict: 'partly', reason: 'Text is written and read as UTF-8, UTF-16 or Latin 1 only.' }];

export const convertToFileNode: Behaviour = {
  limits(parameters) {
    const operation = String(parameters.operation ?? 'csv');
    if (!written.has(operation)) return other(operation);
    return limitOf(parameters);
  },
  run(run) {
    const operation = run.param<string>('operation', 0, 'csv');
    if (!written.has(operation)) throw new NodeFault(`Files of this kind (${operation}) are not made here.`);
    if (operation === 'csv' || operation === 'html') return [tableFile(run, operation, 'File')];
    if (operation === 'toJson' && run.param('mode', 0, 'once') === 'once')
      return [
        [
          {
            json: {},
            binary: {
              [run.param<string>('binaryPropertyName', 0, 'data')]: file(
                run,
                0,
                run.items.map((item) => item.json),
                undefined,
              ),
            },
            pairedItem: run.items.map((_, item) => ({ item })),
          },
        ],
      ];
    return [
      forEachItem(run, (item, index) => {
        const name = run.param<string>('binaryPropertyName', index, 'data');
        const source = run.param<string>('sourceProperty', index, '');
        const value = operation === 'toJson' ? item.json : source === '' ? item.json : get(item.json, source);
        if (value === undefined) throw new NodeFault(`The value in "${source}" is not set`);
        return {
          json: {},
          binary: {
            [name]:
              operation === 'toBinary'
                ? bytesFile(run, index, value)
                : file(run, index, value, operation === 'toText' ? 'file.txt' : undefined),
          },
          pairedItem: { item: index },
        };
      }),
    ];
  },
};

function file(run: NodeRun, index: number, value: JsonValue, fallbackName: string | undefined): JsonObject {
  const options = run.param<JsonObject>('options', index, {});
  const isJson = value !== null && typeof value === 'object';
  const text = isJson ? JSON.stringify(value, null, options.format === true ? 2 : undefined) : String(value);
  const bytes = encode((addsBom(options) ? '\ufeff' : '') + text, String(options.encoding ?? 'utf8'));
  const given = options.fileName === undefined || options.fileName === '' ? fallbackName : String(options.fileName);
  return named(fileOf(bytes, given, isJson || fallbackName === undefined ? 'application/json' : 'text/plain'));
}

/** Base64 by default; only version 1 can be told that the value is a text. */
function bytesFile(run: NodeRun, index: number, value: JsonValue): JsonObject {
  const options = run.param<JsonObject>('options', index, {});
  const text = (name: string): string | undefined =>
    options[name] === undefined || options[name] === '' ? undefined : String(options[name]);
  if (run.version > 1 || options.dataIsBase64 !== false) return named(fileOf(base64Bytes(value), text('fileName'), text('mimeType')));
  const isJson = typeof value === 'object';
  const written = (addsBom(options) ? '\ufeff' : '') + (isJson ? JSON.stringify(value) : String(value));
  return named(fileOf(encode(written, text('encoding') ?? 'utf8'), text('fileName'), isJson ? 'application/json' : text('mimeType')));
}

export const extractFromFileNode: Behaviour = {
  limits(parameters) {
    const operation = String(parameters.operation ?? 'csv');
    if (!readable.has(operation)) return other(operation);
    return limitOf(parameters);
  },
  run: (run) =>
    run.param('operation', 0, 'csv') === 'csv'
      ? [readTables(run, () => 'csv', run.version > 1)]
      : [forEachItem(run, (item, index) => extract(run, item, index))],
};

function extract(run: NodeRun, item: Item, index: number): Item {
  const operation = run.param<string>('operation', 0, 'csv');
  if (!readable.has(operation)) throw new NodeFault(`Files of this kind (${operation}) are not read here.`);
  const name = run.param<string>('binaryPropertyName', index, 'data');
  const options = run.param<JsonObject>('options', index, {});
  const found = item.binary?.[name];
  if (!isObject(found) || typeof found.data !== 'string')
    throw new NodeFault(
      `This operation expects the node's input data to contain a binary file '${name}', but none was found [item ${index}]`,
    );
  const made: Item = {
    json: options.keepSource && options.keepSource !== 'binary' ? deepCopy(item.json) : {},
    pairedItem: { item: index },
  };
  set(made.json, run.param<string>('destinationKey', index, 'data'), read(operation, found.data, options));
  made.binary = deepCopy(item.binary);
  if (options.keepSource !== 'binary' && options.keepSource !== 'both' && made.binary !== undefined) unset(made.binary, name);
  return made;
}

function read(operation: string, data: string, options: JsonObject): JsonValue {
  if (operation === 'binaryToPropery') return data;
  const text = decode(fromBase64(data), String(options.encoding ?? 'utf8'), stripsBom(options));
  if (operation !== 'fromJson') return text;
  if (text === '') return {};
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = messageOf(error);
    throw new NodeFault(message.includes('Unexpected token') ? "The file selected in 'Input Binary Field' is not in JSON format" : message);
  }
}
