// Move Binary Data, the older node between an item's fields and its files.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, get, isObject, type Loose, set, unset } from '../values.ts';
import { addsBom, decode, encode, fileOf, fromBase64, named, stripsBom } from './binary.ts';

export const moveBinaryDataNode: Behaviour = {
  run(run) {
    const mode = run.param<string>('mode', 0, 'binaryToJson');
    if (mode !== 'binaryToJson' && mode !== 'jsonToBinary') throw new NodeFault(`The operation "${mode}" is not known!`);
    const move = mode === 'binaryToJson' ? toFields : toFile;
    return [run.items.flatMap((item, index) => move(run, item, index) ?? [])];
  },
};

function toFields(run: NodeRun, item: Item, index: number): Item | undefined {
  const options = run.param<JsonObject>('options', index, {});
  const source = run.param<string>('sourceKey', index, 'data');
  const found = get(item.binary, source);
  if (!isObject(found) || typeof found.data !== 'string') return undefined;
  const bytes = fromBase64(found.data);
  const text = decode(bytes, String(options.encoding || 'utf8'), stripsBom(options));
  let json: JsonObject;
  if (run.param('setAllData', index, true) === true) json = parse(text) as JsonObject;
  else {
    json = deepCopy(item.json);
    const value = options.keepAsBase64 === true ? found.data : text;
    set(json, run.param<string>('destinationKey', index, 'data'), options.jsonParse === true ? parse(value) : value);
  }
  const binary = deepCopy(item.binary) as JsonObject;
  if (options.keepSource !== true) unset(binary, source);
  return { json, binary, pairedItem: { item: index } };
}

const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;

function toFile(run: NodeRun, item: Item, index: number): Item | undefined {
  const options = run.param<JsonObject>('options', index, {});
  const all = run.param('convertAllData', index, true) === true;
  const source = run.param<string>('sourceKey', index, 'data');
  const value: Loose = all ? item.json : get(item.json, source);
  if (value === undefined) return undefined;
  // An item as a whole is never base64.
  const isBase64 = !all && options.dataIsBase64 === true;
  const isRaw = !isBase64 && options.useRawData === true && typeof value !== 'object';
  const ownKind = !isBase64 && !isRaw ? 'application/json' : run.version < 1.1 ? 'application/json' : undefined;
  const mimeType = typeof options.mimeType === 'string' && options.mimeType !== '' ? options.mimeType : ownKind;
  const name = typeof options.fileName === 'string' ? options.fileName : undefined;
  const file = fileOf(isBase64 ? base64Bytes(value) : bytesOf(value, options, isRaw), name, mimeType);
  const binary = deepCopy(item.binary ?? {}) as JsonObject;
  set(binary, run.param<string>('destinationKey', index, 'data'), run.version > 1 ? named(file) : file);
  const json = options.keepSource === true ? item.json : all ? {} : deepCopy(item.json);
  if (options.keepSource !== true && !all) unset(json, source);
  return { json, binary, pairedItem: { item: index } };
}

function bytesOf(value: JsonValue, options: JsonObject, isRaw: boolean): Uint8Array {
  const text = isRaw ? String(value) : JSON.stringify(value);
  return encode((addsBom(options) ? '\ufeff' : '') + text, String(options.encoding || 'utf8'));
}

/** The fault is that of Node, which n8n passes on. */
export function base64Bytes(value: JsonValue): Uint8Array {
  if (typeof value === 'string') return fromBase64(value);
  if (Array.isArray(value)) return Uint8Array.from(value.map(Number));
  const told = value === null ? 'null' : typeof value === 'object' ? 'an instance of Object' : `type ${typeof value} (${String(value)})`;
  throw new NodeFault(
    `The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object. Received ${told}`,
  );
}
