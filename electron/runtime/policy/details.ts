// What an approval shows beside a heading: the whole request, command line or prompt, one line for each part, secrets as handles. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Action } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { type KnownNames, noNames, oneLine } from './action-words.ts';
import { textOf } from './conditions.ts';

export interface Detail {
  label: string;
  text: string;
}

const maxText = 200_000;
const line = (label: string, text: string): Detail => ({ label, text: text.length <= maxText ? text : `${text.slice(0, maxText)} …` });

/** For calls of the web tools and HTTP nodes; others are shown by their arguments, which are all there is. */
export function detailsOfCall(tool: Pick<ToolInfo, 'server' | 'name'>, builtIn: boolean, args: JsonObject): Detail[] {
  if (!builtIn || tool.server !== 'web' || typeof args.url !== 'string') return [];
  const headers = args.headers !== null && typeof args.headers === 'object' && !Array.isArray(args.headers) ? args.headers : {};
  return requestLines(
    typeof args.method === 'string' ? args.method : 'GET',
    args.url,
    Object.entries(headers).map(([name, value]) => [name, textOf(value)]),
    args.body === undefined || args.body === null ? undefined : textOf(args.body),
  );
}

function requestLines(method: string, url: string, headers: [string, string][], body: string | undefined): Detail[] {
  return [
    line('Method', method),
    line('Address', url),
    ...headers.slice(0, 100).map(([name, value]) => line(`Header ${name}`, value)),
    ...(body === undefined || body === '' ? [] : [line('Body', body)]),
  ];
}

/** A word or a path as it is, anything else so that its ends can be seen. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text));

/** What a call names by its id, as people know it. The id itself is among the arguments. */
function servedLine(tool: string, name: string, value: JsonValue, names: KnownNames): Detail {
  const id = typeof value === 'string' ? value : '';
  if (tool === 'run_workflow' && name === 'workflow') return line('Workflow', oneLine(names.workflow(id) ?? textOf(value)));
  if (tool === 'ask_agent' && name === 'agent') return line('Agent', oneLine(names.agent(id) ?? textOf(value)));
  return line(name, textOf(value));
}

export function detailsOfAction(action: Action, names: KnownNames = noNames): Detail[] {
  switch (action.kind) {
    case 'tool-call':
      return Object.entries(action.args).map(([name, value]) => line(name, textOf(value)));
    case 'file-write':
      return [line('File', action.path), ...(action.bytes === undefined ? [] : [line('Bytes', String(action.bytes))])];
    case 'network':
      return requestLines(action.method, action.url, Object.entries(action.headers ?? {}), action.body);
    case 'process-start':
      return [
        line('Command line', [action.command, ...action.args].map(quoted).join(' ')),
        ...(action.cwd === undefined ? [] : [line('Folder', action.cwd)]),
      ];
    case 'secret-use':
      return [line('Secret', action.secret), line('Goes to', action.receiver)];
    case 'settings-change':
      return [line('Setting', action.setting), line('Now', action.before), line('After', action.after)];
    case 'sampling':
      return [line('Tokens at most', String(action.tokens)), line('Prompt', action.prompt)];
    case 'serve':
      return [
        line('Program', action.client),
        line('Tool', action.tool),
        ...Object.entries(action.args).map(([name, value]) => servedLine(action.tool, name, value, names)),
      ];
  }
}
