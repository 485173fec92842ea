// XML: text to JSON and JSON to text, through xml2js as n8n does.

import { Builder, Parser } from 'xml2js';
import { type JsonObject, poisonKeys } from '../../../../../shared/model/json.ts';
import { type Behaviour, NodeFault } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy } from '../values.ts';

/** Names that reach a prototype get a mark, as n8n gives them. */
const safeName = (name: string): string => (poisonKeys.has(name) ? `sanitized_${name}` : name);

export const xmlNode: Behaviour = {
  async run(run) {
    const mode = run.param<string>('mode', 0, 'xmlToJson');
    const name = run.param<string>('dataPropertyName', 0, 'data');
    const options = { ...run.param<JsonObject>('options', 0, {}) };
    for (const [key, label] of [
      ['attrkey', 'Attribute Key'],
      ['charkey', 'Character Key'],
    ] as const) {
      if (options[key] === undefined) continue;
      options[key] = String(options[key]);
      if (poisonKeys.has(options[key])) throw new NodeFault(`The "${label}" option value "${options[key]}" is not allowed`);
    }
    const made: Item[] = [];
    for (const [index, item] of run.items.entries()) {
      try {
        if (mode === 'jsonToxml') made.push({ json: { [name]: new Builder(options).buildObject(item.json) }, pairedItem: { item: index } });
        else if (mode === 'xmlToJson') made.push({ json: await read(item.json[name], name, options) });
        else throw new NodeFault(`The operation "${mode}" is not known!`);
      } catch (error) {
        // n8n leaves a failed item out when the node goes on.
        if (!run.continuesOnFail) throw error;
      }
    }
    return [made];
  },
};

async function read(text: unknown, name: string, options: JsonObject): Promise<JsonObject> {
  if (text === undefined) throw new NodeFault(`Item has no JSON property called "${name}"`);
  const parser = new Parser({
    mergeAttrs: true,
    explicitArray: false,
    ...options,
    tagNameProcessors: [safeName],
    attrNameProcessors: [safeName],
  });
  return deepCopy((await parser.parseStringPromise(text as string)) as JsonObject);
}
