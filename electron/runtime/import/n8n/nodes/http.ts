// HTTP Request through Orrery's guarded client: no private addresses unless the person allows them, everything in the ledger.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, type Limit, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, isObject, type Loose, set } from '../values.ts';

interface Named {
  name?: string;
  value?: Loose;
}

export const httpNode: Behaviour = {
  limits(parameters, version) {
    const limits: Limit[] = [];
    const authentication = parameters.authentication ?? 'none';
    if (authentication !== 'none' && authentication !== '')
      limits.push({
        verdict: 'partly',
        reason: 'Its credential is not in the file: put the secret into the vault and name it in a header as ${secret:NAME}.',
      });
    if (version < 3)
      limits.push({
        verdict: 'partly',
        reason: 'Older versions of this node: address, method, query, headers and JSON bodies are taken over, no more.',
      });
    if (parameters.contentType === 'multipart-form-data' || parameters.contentType === 'binaryData')
      limits.push({ verdict: 'not', reason: 'Sending files is not done here.' });
    if (get(parameters, 'options.response.response.responseFormat') === 'file')
      limits.push({ verdict: 'not', reason: 'An answer as a file (binary data) is not kept here.' });
    if (get(parameters, 'options.pagination') !== undefined)
      limits.push({ verdict: 'partly', reason: 'Only the first page is asked for.' });
    if (get(parameters, 'options.batching') !== undefined || get(parameters, 'options.proxy') !== undefined)
      limits.push({ verdict: 'partly', reason: 'Batching and proxy options are not followed.' });
    return limits;
  },
  async run(run) {
    const made: Item[] = [];
    for (let index = 0; index < run.items.length; index += 1) {
      try {
        made.push(...(await ask(run, index)).map((json) => ({ json, pairedItem: { item: index } })));
      } catch (error) {
        if (!run.continuesOnFail) throw error;
        made.push({ json: { error: messageOf(error) }, pairedItem: { item: index } });
      }
    }
    return [made];
  },
};

function pairs(run: NodeRun, index: number, which: 'Query' | 'Headers' | 'Body', flag: string): JsonObject {
  const lower = which.toLowerCase();
  const collection = which === 'Headers' ? 'headerParameters' : which === 'Query' ? 'queryParameters' : 'bodyParameters';
  if (run.version >= 3 && run.param(flag, index, false) !== true) return {};
  const isJson =
    run.version >= 3 ? run.param(`specify${which}`, index, 'keypair') === 'json' : run.param('jsonParameters', index, false) === true;
  if (isJson) {
    const path = run.version >= 3 ? `json${which}` : `${lower === 'headers' ? 'header' : lower}ParametersJson`;
    const value = run.param<Loose>(path, index, {});
    const object: unknown = typeof value === 'string' && value.trim() !== '' ? JSON.parse(value) : value;
    return isObject(object) ? object : {};
  }
  const list = run.param<Named[]>(run.version >= 3 ? `${collection}.parameters` : `${collection}Ui.parameter`, index, []);
  const made: JsonObject = {};
  for (const each of list) if (each.name) set(made, [each.name], each.value ?? '');
  return made;
}

async function ask(run: NodeRun, index: number): Promise<JsonObject[]> {
  const isNew = run.version >= 3;
  const method = run.param<string>(
    isNew || run.version >= 2 ? 'method' : 'requestMethod',
    index,
    run.param<string>('requestMethod', index, 'GET'),
  );
  const url = new URL(String(run.param('url', index, '')));
  for (const [key, value] of Object.entries(pairs(run, index, 'Query', 'sendQuery')))
    url.searchParams.append(key, typeof value === 'string' ? value : JSON.stringify(value));
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(pairs(run, index, 'Headers', 'sendHeaders'))) headers[key] = String(value);
  const body = method === 'GET' || method === 'HEAD' ? undefined : makeBody(run, index, headers);
  const response = await run.http({ url: url.href, method, headers, ...(body === undefined ? {} : { body }) });
  const full = run.param('options.response.response.fullResponse', index, run.param('options.fullResponse', index, false)) === true;
  const neverFails =
    run.param('options.response.response.neverError', index, run.param('options.ignoreResponseCode', index, false)) === true;
  if (response.status >= 400 && !neverFails)
    throw new NodeFault(`Request failed with status code ${response.status}`, response.body.slice(0, 500));
  return readAnswer(run, index, response, full);
}

function makeBody(run: NodeRun, index: number, headers: Record<string, string>): string | undefined {
  if (run.version >= 3 && run.param('sendBody', index, false) !== true) return undefined;
  const type =
    run.version >= 3 ? run.param<string>('contentType', index, 'json') : run.param<string>('options.bodyContentType', index, 'json');
  const typed = (name: string): void => {
    if (!Object.keys(headers).some((header) => header.toLowerCase() === 'content-type')) headers['Content-Type'] = name;
  };
  if (type === 'raw') {
    typed(run.param<string>('rawContentType', index, 'text/plain'));
    return String(run.param('body', index, ''));
  }
  const values = pairs(run, index, 'Body', 'sendBody');
  if (type === 'form-urlencoded') {
    typed('application/x-www-form-urlencoded');
    return new URLSearchParams(
      Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ).toString();
  }
  if (type !== 'json') throw new NodeFault('Sending files is not done here.');
  typed('application/json');
  return JSON.stringify(values);
}

function readAnswer(
  run: NodeRun,
  index: number,
  response: { status: number; headers: Record<string, string>; body: string },
  full: boolean,
): JsonObject[] {
  const format = run.param<string>(
    'options.response.response.responseFormat',
    index,
    run.param<string>('responseFormat', index, 'autodetect'),
  );
  const isJson = format === 'json' || (format === 'autodetect' && /[/+]json\b/i.test(response.headers['content-type'] ?? ''));
  const name = run.param<string>(
    'options.response.response.outputPropertyName',
    index,
    run.param<string>('dataPropertyName', index, 'data'),
  );
  let body: JsonValue = response.body;
  if (isJson && response.body !== '') {
    try {
      body = JSON.parse(response.body) as JsonValue;
    } catch {
      throw new NodeFault('Response body is not valid JSON. Change "Response Format" to "Text"');
    }
  }
  if (full) return [{ body: isJson ? body : { [name]: body }, headers: response.headers, statusCode: response.status, statusMessage: '' }];
  if (!isJson) return [{ [name]: body }];
  if (Array.isArray(body)) return body.map((each) => (isObject(each) ? each : { [name]: each }));
  return [isObject(body) ? body : { [name]: body }];
}
