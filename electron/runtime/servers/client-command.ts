// The line that a server's makers give for another program, such as `claude mcp add NAME …`, as the configuration that it would have
// written there. Pure: that program is never run.

import type { JsonObject } from '../../../shared/model/json.ts';
import { parseJson } from '../../../shared/model/json.ts';
import { type ForeignConfig, readServerConfig } from './read-server-config.ts';

const programs = /^(claude|codex|gemini|cursor|qwen|amp)$/;
const isAddress = (word: string): boolean => /^https?:\/\//i.test(word);

/** Undefined for any other line. Throws what `readServerConfig` throws. */
export function foreignClientCommand(words: readonly string[]): ForeignConfig | undefined {
  const [program = '', group, verb, ...rest] = words;
  if (!programs.test(program) || group !== 'mcp') return undefined;
  if (verb === 'add-json') {
    const [name, text] = rest.filter((word, at) => !isOption(word) && !takesNext(rest[at - 1]));
    if (name === undefined || text === undefined) return undefined;
    return readServerConfig(JSON.stringify({ mcpServers: { [name]: parseJson(text, 'What it adds') } }));
  }
  return verb === 'add' ? added(rest) : undefined;
}

const isOption = (word: string): boolean => word.startsWith('-');
/** Options whose value is the next word; what is not known here is taken to stand alone. */
const takesNext = (word: string | undefined): boolean =>
  /^(-t|--transport|-s|--scope|-e|--env|-H|--header|--url|--timeout|--description)$/.test(word ?? '');

function added(words: readonly string[]): ForeignConfig | undefined {
  const given: { name?: string; target?: string; transport?: string } = {};
  const env: JsonObject = {};
  const headers: JsonObject = {};
  let args: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--') {
      [given.target, ...args] = words.slice(at + 1);
      break;
    }
    const [option = '', joined] = word.startsWith('--') && word.includes('=') ? split(word, '=') : [word];
    if (takesNext(option)) {
      if (joined === undefined) at += 1;
      const value = joined ?? words[at] ?? '';
      if (/^(-t|--transport)$/.test(option)) given.transport = value;
      else if (option === '--url') given.target = value;
      else if (/^(-e|--env)$/.test(option)) put(env, split(value, '='));
      else if (/^(-H|--header)$/.test(option)) put(headers, split(value, ':'));
    } else if (isOption(word)) continue;
    else if (given.name === undefined) given.name = word;
    else if (given.target === undefined) {
      given.target = word;
      // What stands behind a program is for that program; behind an address there is nothing but options.
      if (!isAddress(word)) {
        args = words.slice(at + 1);
        break;
      }
    }
  }
  const { name, target, transport } = given;
  if (name === undefined || target === undefined) return undefined;
  const server: JsonObject = isAddress(target)
    ? { type: transport === 'sse' ? 'sse' : 'http', url: target, headers }
    : { command: target, args: args.filter((word, at) => at > 0 || word !== '--'), env };
  return readServerConfig(JSON.stringify({ mcpServers: { [name]: server } }));
}

function split(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + sign.length).trim()];
}

const put = (into: JsonObject, [name, value]: [string, string]): void => {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
};
