// What a call of one of Orrery's own tools, or a power of a node under the name of that tool, does to the outside: the actions of it
// that grants of their own kind are about. Pure. What others' tools do is not known here; it is held by their reach.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { Action } from '../../../shared/model/policy.ts';
import type { Facts } from './conditions.ts';
import { hostOf } from './reach.ts';

export type OtherAction = Exclude<Action, { kind: 'tool-call' }>;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const nothing = (): OtherAction[] => [];
const writes =
  (...keys: string[]) =>
  (args: JsonObject): OtherAction[] =>
    keys.map((key) => ({
      kind: 'file-write',
      path: text(args[key]),
      ...(typeof args.text === 'string' ? { bytes: args.text.length } : {}),
    }));
const requests = (args: JsonObject): OtherAction[] => [
  {
    kind: 'network',
    method: text(args.method).toUpperCase() || 'GET',
    url: text(args.url),
    ...(typeof args.body === 'string' ? { body: args.body } : {}),
  },
];

/** By `server.tool`; a test fails when a tool of a server that gets files or the network, or a power that reaches out, is not here. */
export const effectsByTool: Readonly<Record<string, (args: JsonObject) => OtherAction[]>> = {
  'files.list_folder': nothing,
  'files.read_text': nothing,
  'files.search_text': nothing,
  'files.file_info': nothing,
  'files.write_text': writes('path'),
  'files.create_folder': writes('path'),
  'files.move_file': writes('from', 'to'),
  'files.delete_file': writes('path'),
  'web.fetch_page': requests,
  'web.fetch_json': requests,
  'web.http_request': requests,
  // Memory is the app's own; a grant for or against it names the tool.
  'memory.remember': nothing,
  'memory.recall': nothing,
  'memory.forget': nothing,
  'memory.list_recent': nothing,
  'system.current_time': nothing,
  'system.system_info': nothing,
};

const none: readonly OtherAction[] = [];

export function effectsOf(tool: { server: string; name: string }, builtIn: boolean, args: JsonObject): readonly OtherAction[] {
  if (!builtIn) return none;
  const key = `${tool.server}.${tool.name}`;
  return (Object.hasOwn(effectsByTool, key) ? effectsByTool[key]?.(args) : undefined) ?? none;
}

/** What conditions of a grant look at. */
export function factsOf(action: OtherAction): Pick<Facts, 'args' | 'paths' | 'host' | 'tokens'> {
  switch (action.kind) {
    case 'file-write':
      return { args: { path: action.path }, paths: [action.path] };
    case 'network':
      return { args: { method: action.method, url: action.url, body: action.body ?? '' }, host: hostOf(action.url) };
    case 'process-start':
      return {
        args: { command: action.command, args: action.args.join(' ') },
        ...(action.cwd === undefined ? {} : { paths: [action.cwd] }),
      };
    case 'secret-use':
      return { args: { secret: action.secret, receiver: action.receiver }, host: hostOf(action.receiver) };
    case 'settings-change':
      return { args: { setting: action.setting, after: action.after } };
    case 'sampling':
      return { args: { prompt: action.prompt }, tokens: action.tokens };
    case 'serve':
      return { args: action.args };
  }
}
