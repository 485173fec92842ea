// What is asked about, as a person would say it: the heading of an approval and its button. Pure. What a model or a program gave stands
// in quotation marks, on one line and short; the whole of it is shown below the heading.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Action } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { hostOf } from './reach.ts';

/** Names of things that an action gives by id. */
export interface KnownNames {
  workflow(id: string): string | undefined;
  agent(id: string): string | undefined;
}
export const noNames: KnownNames = { workflow: () => undefined, agent: () => undefined };

const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' && value.trim() !== '' ? value : undefined);
export const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** On one line, and without signs that are not seen or that turn the direction of what stands around them. */
export const oneLine = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
const maxQuoted = 60;
/** Of text that others chose: it cannot end its quotation by itself. */
export function quote(text: string): string {
  const line = oneLine(text).replaceAll(/[“”]/g, '"');
  return `“${line.length > maxQuoted ? `${line.slice(0, maxQuoted).trimEnd()}…` : line}”`;
}
/** Of a path's end: a name that could be read as words of ours is quoted. */
function named(path: string): string {
  const name = baseName(path);
  return /^[\p{L}\p{N}\p{M}._()+@-]{1,60}$/u.test(name) ? name : quote(name);
}
const about = (words: string, text: JsonValue | undefined, otherwise: string): string =>
  textOf(text) === undefined ? otherwise : `${words} ${quote(textOf(text) ?? '')}`;

type Sentence = (args: JsonObject) => string | undefined;

const ofPath =
  (verb: string, otherwise?: string): Sentence =>
  ({ path }) =>
    textOf(path) === undefined ? otherwise : `${verb} ${named(textOf(path) ?? '')}`;
const fromHost =
  (words: string): Sentence =>
  ({ url }) =>
    hostIn(url) === undefined ? undefined : `${words} ${hostIn(url)}`;
const hostIn = (url: JsonValue | undefined): string | undefined => hostOf(textOf(url) ?? '') || undefined;

function request({ url, method }: JsonObject): string | undefined {
  const host = hostIn(url);
  if (host === undefined) return undefined;
  const verb = (textOf(method) ?? 'GET').toUpperCase();
  return verb === 'GET' || verb === 'HEAD' ? `Fetch data from ${host}` : `Send a ${oneLine(verb).slice(0, 20)} request to ${host}`;
}

/** By `server.tool` of Orrery's own; a test asks for every one that changes something. Others may do with their title. */
const builtIn: Record<string, Sentence> = {
  'files.list_folder': ofPath('List what is in'),
  'files.read_text': ofPath('Read'),
  'files.write_text': ofPath('Write'),
  'files.search_text': ({ path, text }) =>
    textOf(path) === undefined ? undefined : about(`Search the files in ${named(textOf(path) ?? '')} for`, text, 'Search in files'),
  'files.file_info': ofPath('Look at'),
  'files.create_folder': ofPath('Create the folder'),
  'files.move_file': ({ from, to }) =>
    textOf(from) === undefined || textOf(to) === undefined
      ? undefined
      : baseName(textOf(from) ?? '') === baseName(textOf(to) ?? '')
        ? `Move ${named(textOf(from) ?? '')}`
        : `Move ${named(textOf(from) ?? '')} to ${named(textOf(to) ?? '')}`,
  'files.delete_file': ofPath('Delete'),
  'memory.remember': ({ text }) => about('Remember', text, 'Remember something'),
  'memory.recall': ({ query }) => about('Search memory for', query, 'Search memory'),
  'memory.forget': () => 'Forget something',
  'memory.list_recent': () => 'Look at what was remembered last',
  'web.fetch_page': fromHost('Fetch a page from'),
  'web.fetch_json': fromHost('Fetch data from'),
  'web.http_request': request,
  'system.current_time': () => 'Look at the clock',
  'system.system_info': () => 'Look at facts about this machine',
};

/** "Write report.md", "Remember “Anna likes tea”". Undefined for a tool that others wrote: its words are not put into a heading. */
export const sentenceOfOwnTool = ({ server, name }: Pick<ToolInfo, 'server' | 'name'>, args: JsonObject): string | undefined => {
  const key = `${server}.${name}`;
  return Object.hasOwn(builtIn, key) ? builtIn[key]?.(args) : undefined;
};

/** What Orrery offers to programs, without what was given: "remember something". */
const servedWords: Record<string, string> = {
  list_workflows: 'see your workflows',
  run_workflow: 'run a workflow',
  get_run: 'see how its run went',
  search_memory: 'search your memory',
  remember: 'remember something',
  list_agents: 'see your agents',
  ask_agent: 'ask an agent',
};
export const wordsOfServed = (tool: string): string =>
  Object.hasOwn(servedWords, tool) ? (servedWords[tool] ?? tool) : `use ${tool} of Orrery`;

/** What a session of a program began with, for its title: what it is about by name, and nothing of what was given. */
export function wordsOfFirst(tool: string, args: JsonObject, names: KnownNames): string {
  const agent = tool === 'ask_agent' ? names.agent(textOf(args.agent) ?? '') : undefined;
  if (agent !== undefined) return `ask ${quote(agent)}`;
  return tool === 'run_workflow' ? servedSentence(tool, args, names) : wordsOfServed(tool);
}

function servedSentence(tool: string, args: JsonObject, names: KnownNames): string {
  switch (tool) {
    case 'run_workflow': {
      const name = names.workflow(textOf(args.workflow) ?? '');
      return name === undefined ? wordsOfServed(tool) : `run the workflow ${quote(name)}`;
    }
    case 'search_memory':
      return about('search your memory for', args.query, wordsOfServed(tool));
    case 'remember':
      return about('remember', args.text, wordsOfServed(tool));
    case 'ask_agent':
      return about(`ask ${names.agent(textOf(args.agent) ?? '') ?? 'an agent'}:`, args.message, wordsOfServed(tool));
    default:
      return wordsOfServed(tool);
  }
}

/** A setting's key as words: `allowedHosts` is “allowed hosts”. */
const settingWords = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A verb phrase for the log and for reasons, without what was given: "remember something", "write /notes/a.md". */
export function wordsOfAction(action: Action): string {
  switch (action.kind) {
    case 'tool-call':
      return `call ${action.server}.${action.tool}`;
    case 'file-write':
      return `write ${oneLine(action.path)}`;
    case 'network':
      return `send ${oneLine(action.method)} to ${oneLine(action.url.slice(0, 200))}`;
    case 'process-start':
      return `start ${oneLine([action.command, ...action.args].join(' ').slice(0, 200))}`;
    case 'secret-use':
      return `use the secret ${action.secret} for ${oneLine(action.receiver.slice(0, 200))}`;
    case 'settings-change':
      return `change the setting ${settingWords(action.setting)}`;
    case 'sampling':
      return `ask your model for up to ${action.tokens} tokens`;
    case 'serve':
      return wordsOfServed(action.tool);
  }
}

/** The same for a heading: with what was given, as short as it can be said; all of it stands below. */
export function sentenceOfAction(action: Action, names: KnownNames = noNames): string {
  const words = (): string => {
    switch (action.kind) {
      case 'file-write':
        return `write ${named(action.path)}`;
      case 'network':
        return request({ url: action.url, method: action.method }) ?? wordsOfAction(action);
      case 'process-start':
        return `start ${named(action.command)}`;
      case 'serve':
        return servedSentence(action.tool, action.args, names);
      case 'tool-call':
      case 'secret-use':
      case 'settings-change':
      case 'sampling':
        return wordsOfAction(action);
    }
  };
  const said = words();
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}
