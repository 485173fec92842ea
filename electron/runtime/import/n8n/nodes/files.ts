// Convert to File and Extract from File, for JSON and text: a file is carried in its item as base64, as n8n does in memory.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, type Limit, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, get, isObject, type Loose, set, unset } from '../values.ts';

const written = new Set(['toJson', 'toText']);
const readable = new Set(['fromJson', 'text', 'xml', 'binaryToPropery']);
const other = (operation: string): Limit[] => [
  { verdict: 'not', reason: `Files of this kind (${operation}) are neither made nor read here; JSON and text are.` },
];
const encodings = /^(?:utf-?8|utf-?16(?:le)?|latin1|iso-8859-1|ascii)$/i;
const isKnown = (encoding: Loose): boolean => encoding === undefined || encodings.test(String(encoding));
const limitOf = (parameters: JsonObject): Limit[] =>
  isKnown(get(parameters, 'options.encoding'))
    ? []
    : [{ verdict: 'partly', reason: 'Text is written and read as UTF-8, UTF-16 or Latin 1 only.' }];

function encode(text: string, encoding: string): Uint8Array {
  if (/^utf-?16(?:le)?$/i.test(encoding)) {
    const codes = new Uint8Array(text.length * 2);
    for (let at = 0; at < text.length; at += 1) {
      codes[at * 2] = text.charCodeAt(at) & 255;
      codes[at * 2 + 1] = text.charCodeAt(at) >> 8;
    }
    return codes;
  }
  if (/^utf-?8$/i.test(encoding)) return new TextEncoder().encode(text);
  if (/^latin1$|^iso-8859-1$|^ascii$/i.test(encoding)) return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  throw new NodeFault(`Text is not written in ${encoding} here.`);
}

export const convertToFileNode: Behaviour = {
  limits(parameters) {
    const operation = String(parameters.operation ?? 'csv');
    if (!written.has(operation)) return other(operation);
    return limitOf(parameters);
  },
  run(run) {
    const operation = run.param<string>('operation', 0, 'csv');
    if (!written.has(operation)) throw new NodeFault(`Files of this kind (${operation}) are not made here.`);
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
          binary: { [name]: file(run, index, value, operation === 'toText' ? 'file.txt' : undefined) },
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
  const bytes = encode((options.addBOM === true ? '\ufeff' : '') + text, String(options.encoding ?? 'utf8'));
  const given = options.fileName === undefined || options.fileName === '' ? fallbackName : String(options.fileName);
  const mimeType = isJson || fallbackName === undefined ? 'application/json' : 'text/plain';
  const ownExtension = mimeType === 'application/json' ? 'json' : 'txt';
  const fileExtension = given === undefined ? ownExtension : (/\.([^.]+)$/.exec(given)?.[1] ?? ownExtension);
  return {
    mimeType,
    fileType: mimeType === 'application/json' ? 'json' : 'text',
    fileExtension,
    data: toBase64(bytes),
    // In n8n's order: a name that was given comes before the size.
    ...(given === undefined ? {} : { fileName: given }),
    fileSize: size(bytes.length),
    bytes: bytes.length,
    ...(given === undefined ? { fileName: `file.${fileExtension}` } : {}),
  };
}

const size = (bytes: number): string => {
  const names = ['B', 'kB', 'MB', 'GB'];
  const power = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : Number((bytes / 1000 ** power).toPrecision(3))} ${names[power]}`;
};

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

export const extractFromFileNode: Behaviour = {
  limits(parameters) {
    const operation = String(parameters.operation ?? 'csv');
    if (!readable.has(operation)) return other(operation);
    return limitOf(parameters);
  },
  run: (run) => [forEachItem(run, (item, index) => extract(run, item, index))],
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

const decoderOf = (encoding: string): string =>
  /^utf-?16/i.test(encoding) ? 'utf-16le' : /^latin1$|^iso-8859-1$|^ascii$/i.test(encoding) ? 'latin1' : 'utf-8';

function read(operation: string, data: string, options: JsonObject): JsonValue {
  if (operation === 'binaryToPropery') return data;
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const text = new TextDecoder(decoderOf(String(options.encoding ?? 'utf8')), { ignoreBOM: options.stripBOM === false }).decode(bytes);
  if (operation !== 'fromJson') return text;
  if (text === '') return {};
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const message = messageOf(error);
    throw new NodeFault(message.includes('Unexpected token') ? "The file selected in 'Input Binary Field' is not in JSON format" : message);
  }
}
