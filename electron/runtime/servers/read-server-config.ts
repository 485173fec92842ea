// Reads a configuration of MCP servers as other programs write it: Claude Desktop, Claude Code, Cursor, Windsurf (`mcpServers`),
// VS Code (`servers` with `inputs`), Zed (`context_servers`). Pure; runs nothing. What it cannot take over it says.

import { type ParseError, parse, printParseErrorCode, visit } from 'jsonc-parser';
import { AppError } from '../../../shared/errors.ts';
import { findHostileJson, type JsonObject, type JsonValue, poisonKeys } from '../../../shared/model/json.ts';

export interface ForeignInput {
  id: string;
  description: string;
  isSecret: boolean;
  default?: string;
  options?: string[];
}

/** One server as it was written, its fields in one form. Texts still hold `${input:…}`, `${env:…}` and the like. */
export interface ForeignServer {
  key: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  url?: string;
  transport: 'stdio' | 'http' | 'sse';
  headers: Record<string, string>;
  isDisabled: boolean;
  notes: string[];
  problem?: string;
}

export interface ForeignConfig {
  servers: ForeignServer[];
  inputs: ForeignInput[];
  problems: string[];
}

const limits = { maxLength: 1_000_000, maxDepth: 32, maxValues: 50_000 };
const maxServers = 200;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const own = (object: JsonObject, key: string): JsonValue | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Throws `config-unreadable` with line and column, `json-…`, `config-without-servers`. */
export function readServerConfig(text: string): ForeignConfig {
  const root = parseText(text);
  const problems: string[] = [];
  const inputs = readInputs(root, problems);
  const servers: ForeignServer[] = [];
  for (const { key, value } of findServers(root)) {
    if (servers.length >= maxServers) {
      problems.push(`Only the first ${maxServers} servers were read.`);
      break;
    }
    servers.push(readServer(key, value));
  }
  if (servers.length === 0)
    throw new AppError('config-without-servers', 'No tool servers were found in it.', {
      hint: 'It should hold “mcpServers” (Claude, Cursor, Windsurf) or “servers” (VS Code), or be one server with “command” or “url”.',
    });
  return { servers, inputs, problems };
}

/** InvalidEscapeCharacter; the library gives its codes as a const enum, which cannot be named here. */
const badEscape = 15;

function parseText(text: string): JsonObject {
  if (text.length > limits.maxLength)
    throw new AppError('json-too-large', 'The configuration is larger than 1 MB.', { hint: 'Paste only the servers.' });
  const errors: ParseError[] = [];
  // A pasted part such as `"github": { … }` lacks its braces.
  const whole = /^\s*"[^"\n]{1,100}"\s*:/.test(text) ? `{${text.replace(/,\s*$/, '')}}` : text;
  // Comments and trailing commas are usual in these files.
  const value = parse(whole, errors, { allowTrailingComma: true, disallowComments: false, allowEmptyContent: false }) as
    | JsonValue
    | undefined;
  const first = errors[0];
  if (first !== undefined || !isObject(value)) {
    const { line, column } = placeOf(whole, first?.offset ?? 0);
    const what =
      first === undefined
        ? 'It is not an object'
        : printParseErrorCode(first.error)
            .replace(/([a-z])([A-Z])/g, '$1 $2')
            .toLowerCase();
    throw new AppError('config-unreadable', `The configuration cannot be read: ${what} in line ${line}, column ${column}.`, {
      hint:
        first?.error === badEscape
          ? 'In JSON each backslash of a Windows path is written twice: C:\\\\Users.'
          : 'Correct it there, or copy the whole file again.',
      place: `line ${line}, column ${column}`,
    });
  }
  // The parser would put such a key into the prototype, where it can no longer be seen.
  visit(whole, {
    onObjectProperty: (name, _offset, _length, line) => {
      if (poisonKeys.has(name))
        throw new AppError('json-poisoned-key', `The key “${name}” is not allowed.`, {
          place: `line ${line + 1}`,
          hint: 'Remove that part and try again.',
        });
    },
  });
  const hostile = findHostileJson(value, limits);
  if (hostile !== undefined) throw hostile;
  return value;
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const looksLikeServer = (value: JsonValue | undefined): boolean =>
  isObject(value) && ['command', 'url', 'serverUrl', 'baseUrl', 'httpUrl'].some((key) => own(value, key) !== undefined);

/** Wherever the known forms keep them; the first place that holds any counts, but Claude Code keeps some for each project. */
function findServers(root: JsonObject): { key: string; value: JsonValue }[] {
  if (looksLikeServer(root)) return [{ key: typeof root.name === 'string' ? root.name : 'server', value: root }];
  const found = new Map<string, JsonValue>();
  const take = (group: JsonValue | undefined): void => {
    if (!isObject(group)) return;
    for (const [key, value] of Object.entries(group)) if (isObject(value) && !found.has(key)) found.set(key, value);
  };
  for (const name of ['mcpServers', 'servers', 'context_servers', 'mcp.servers']) take(own(root, name));
  const inner = own(root, 'mcp');
  if (isObject(inner)) for (const name of ['servers', 'mcpServers']) take(own(inner, name));
  const projects = own(root, 'projects');
  if (isObject(projects)) for (const project of Object.values(projects)) if (isObject(project)) take(own(project, 'mcpServers'));
  if (found.size === 0 && Object.values(root).some(looksLikeServer)) take(root);
  return [...found].map(([key, value]) => ({ key, value }));
}

function readInputs(root: JsonObject, problems: string[]): ForeignInput[] {
  const nested = own(root, 'mcp');
  const list = own(root, 'inputs') ?? (isObject(nested) ? own(nested, 'inputs') : undefined);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item): ForeignInput[] => {
    if (!isObject(item) || typeof item.id !== 'string') return [];
    if (item.type === 'command') {
      // A command of the other program's own: it is asked for as text instead.
      problems.push(`The input “${item.id}” came from a command of the other program; you are asked for it instead.`);
    }
    const options = Array.isArray(item.options)
      ? item.options.flatMap((each) =>
          typeof each === 'string' ? [each] : isObject(each) && typeof each.value === 'string' ? [each.value] : [],
        )
      : undefined;
    return [
      {
        id: item.id,
        description: typeof item.description === 'string' ? item.description : item.id,
        isSecret: item.password === true,
        ...(typeof item.default === 'string' ? { default: item.default } : {}),
        ...(options === undefined || options.length === 0 ? {} : { options }),
      },
    ];
  });
}

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;

function texts(value: JsonValue | undefined, what: string, notes: string[]): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) {
    notes.push(`“${what}” is not an object and was left out.`);
    return {};
  }
  const result: Record<string, string> = {};
  for (const [key, each] of Object.entries(value)) {
    const text = textOf(each);
    if (text === undefined) notes.push(`“${what}.${key}” is not a text and was left out.`);
    else result[key] = text;
  }
  return result;
}

function readServer(key: string, given: JsonValue): ForeignServer {
  const notes: string[] = [];
  const base = { key, command: '', args: [], env: {}, transport: 'stdio' as const, headers: {}, isDisabled: false, notes };
  if (!isObject(given)) return { ...base, problem: 'It is not an object.' };
  // Zed nests the command: { command: { path, args, env } }.
  const nested = own(given, 'command');
  const source: JsonObject = isObject(nested)
    ? { ...given, command: nested.path ?? nested.command ?? '', args: nested.args ?? [], env: nested.env ?? {} }
    : given;
  const url = [source.url, source.serverUrl, source.httpUrl, source.baseUrl].map(textOf).find((each) => each !== undefined);
  const command = textOf(source.command) ?? '';
  const type = textOf(source.type) ?? textOf(source.transport) ?? '';
  const given_args = source.args;
  const args = Array.isArray(given_args)
    ? given_args.flatMap((each) => {
        const text = textOf(each);
        if (text === undefined) notes.push('An argument that is not a text was left out.');
        return text === undefined ? [] : [text];
      })
    : [];
  const cwd = textOf(source.cwd);
  if (source.envFile !== undefined) notes.push('Its “envFile” is not read: give its values under Environment.');
  for (const name of ['alwaysAllow', 'autoApprove']) {
    const list = own(source, name);
    if (Array.isArray(list) && list.length > 0) notes.push('Tools it allowed without asking ask here the first time.');
  }
  const result: ForeignServer = {
    ...base,
    command: url === undefined || command !== '' ? command : '',
    args,
    env: texts(source.env, 'env', notes),
    headers: texts(source.headers ?? source.requestInit, 'headers', notes),
    isDisabled: source.disabled === true || source.enabled === false || source.isActive === false,
    ...(cwd === undefined ? {} : { cwd }),
  };
  if (command === '' && url !== undefined) {
    if (!/^https?:\/\//i.test(url) && !url.includes('${'))
      return { ...result, problem: `Its address “${url.slice(0, 100)}” does not start with https:// or http://.` };
    return { ...result, url, transport: /sse/i.test(type) || (type === '' && /\/sse\/?$/.test(url)) ? 'sse' : 'http' };
  }
  if (command === '') return { ...result, problem: 'It has neither a command nor an address.' };
  return bridged(result);
}

/** `npx mcp-remote https://…` is a bridge to a server that is reached directly here. */
function bridged(server: ForeignServer): ForeignServer {
  const at = server.args.findIndex((each) => /^(mcp-remote|@?[\w-]*\/?supergateway)(@[\w.]+)?$/.test(each));
  const url = at < 0 ? undefined : server.args.slice(at + 1).find((each) => /^https?:\/\//i.test(each));
  if (at < 0 || url === undefined || !/^mcp-remote/.test(server.args[at] ?? '')) return server;
  const rest = server.args.slice(at + 1);
  const headers = { ...server.headers };
  rest.forEach((each, index) => {
    const header = each === '--header' ? /^([A-Za-z0-9-]+):\s*(.*)$/.exec(rest[index + 1] ?? '') : null;
    if (header !== null)
      headers[header[1] as string] = (header[2] as string).replace(
        /\$\{([A-Z_][A-Z0-9_]*)\}/g,
        (whole, name: string) => server.env[name] ?? whole,
      );
  });
  const transport = rest.includes('sse-only') || rest.includes('sse-first') ? 'sse' : 'http';
  return {
    ...server,
    command: '',
    args: [],
    env: {},
    url,
    transport,
    headers,
    notes: [...server.notes, 'It went through the bridge mcp-remote; Orrery reaches the address itself.'],
  };
}
