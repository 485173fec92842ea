// The add-server form as text fields, and what they become. Pure.

import { AppError } from '../../../shared/errors.ts';
import { wordsOfCommand } from '../../../shared/model/command-line.ts';
import { type ServerConfig, type ServerOauth, serverConfig } from '../../../shared/model/tool.ts';
import type { SecretField } from '../../../shared/model/vault.ts';

export interface EnvRow {
  name: string;
  kind: 'text' | 'secret';
  value: string;
  /** Of the secret; its main one when missing. */
  field?: SecretField | undefined;
}

/** How to sign in, as texts; all empty when nothing was given. */
export interface OauthDraft {
  by: ServerOauth['by'];
  clientId: string;
  /** Names of secrets. */
  clientSecret: string;
  privateKey: string;
  algorithm: NonNullable<ServerOauth['algorithm']>;
  scope: string;
  issuer: string;
  redirectPort: string;
}

export interface ServerDraft {
  id: string;
  title: string;
  kind: 'stdio' | 'http' | 'sse';
  command: string;
  /** One argument a line: what is written is what is passed. */
  args: string;
  env: EnvRow[];
  cwd: string;
  url: string;
  headers: EnvRow[];
  oauth: OauthDraft;
  enabled: boolean;
}

const oauthDraftOf = (oauth: Partial<ServerOauth> = {}): OauthDraft => ({
  by: oauth.by ?? 'person',
  clientId: oauth.clientId ?? '',
  clientSecret: oauth.clientSecret ?? '',
  privateKey: oauth.privateKey ?? '',
  algorithm: oauth.algorithm ?? 'ES256',
  scope: oauth.scope ?? '',
  issuer: oauth.issuer ?? '',
  redirectPort: oauth.redirectPort === undefined ? '' : String(oauth.redirectPort),
});

/** Undefined when nothing of it was given: the server is asked how. */
function oauthOf(draft: OauthDraft): unknown {
  const texts = { clientId: draft.clientId, clientSecret: draft.clientSecret, scope: draft.scope, issuer: draft.issuer };
  const given = Object.fromEntries(Object.entries(texts).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])));
  const isAlone = draft.by === 'client-credentials';
  const key = isAlone && draft.privateKey !== '' ? { privateKey: draft.privateKey, algorithm: draft.algorithm } : {};
  const port = !isAlone && draft.redirectPort.trim() !== '' ? { redirectPort: Number(draft.redirectPort) } : {};
  const all = { ...given, ...key, ...port };
  return Object.keys(all).length === 0 && !isAlone ? undefined : { by: draft.by, ...all };
}

export const emptyDraft: ServerDraft = {
  ...{ id: '', title: '', kind: 'stdio', command: '', args: '', env: [], cwd: '' },
  ...{ url: '', headers: [], oauth: oauthDraftOf(), enabled: true },
};

/** "My Files!" gives `my-files`. */
export const idFrom = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);

const rowsOf = (values: ServerConfig['env']): EnvRow[] =>
  Object.entries(values).map(([name, value]) =>
    'secret' in value ? { name, kind: 'secret', value: value.secret, field: value.field } : { name, kind: 'text', value: value.text },
  );
const valuesOf = (rows: readonly EnvRow[]): Record<string, unknown> =>
  Object.fromEntries(
    rows
      .filter((row) => row.name.trim() !== '' || row.value !== '')
      .map((row) => [
        row.name.trim(),
        row.kind === 'secret' ? { secret: row.value, ...(row.field === undefined ? {} : { field: row.field }) } : { text: row.value },
      ]),
  );

export const draftOf = (config: ServerConfig): ServerDraft => ({
  id: config.id,
  title: config.title,
  command: quoted(config.command),
  args: config.args.join('\n'),
  kind: config.transport ?? 'stdio',
  env: rowsOf(config.env),
  url: config.url ?? '',
  headers: rowsOf(config.headers ?? {}),
  oauth: oauthDraftOf(config.oauth),
  cwd: config.cwd ?? '',
  enabled: config.enabled,
});

/** Splits a pasted command line, so that `npx -y some-server "a b"` can be put into the command field whole. */
export function splitCommandLine(line: string): { command: string; args: string[] } {
  const [command = '', ...args] = wordsOfCommand(line);
  return { command, args };
}

/** A command line typed whole is split, unless arguments are given: then it is a path with spaces. Quotes keep a path together. */
function commandOf(draft: ServerDraft): { command: string; args: string[] } {
  const command = draft.command.trim();
  const args = draft.args.split('\n').filter((line) => line !== '');
  const split = splitCommandLine(command);
  if (args.length === 0) return split;
  const isQuoted = /^["']/.test(command) && split.args.length === 0;
  return { command: isQuoted ? split.command : command, args };
}

/** A saved path with spaces is shown in quotes, so that saving it again does not split it. */
function quoted(command: string): string {
  if (!/[\s"']/.test(command)) return command;
  return command.includes("'") ? `"${command.replace(/["\\]/g, '\\$&')}"` : `'${command}'`;
}

const fields = ['id', 'title', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'oauth'] as const;
type Field = (typeof fields)[number];
/** Problems by field; empty when the draft can be saved. */
export type DraftProblems = Partial<Record<Field, string>>;

const repeatedIn = (rows: readonly EnvRow[]): string | undefined => {
  const names = rows.map((row) => row.name.trim());
  return names.find((name, index) => name !== '' && names.indexOf(name) !== index);
};

/** `before`: what of it the form does not show stays as it was. */
export function checkDraft(draft: ServerDraft, before?: ServerConfig): { config: ServerConfig } | { problems: DraftProblems } {
  for (const key of ['env', 'headers'] as const) {
    const repeated = repeatedIn(draft[key]);
    if (repeated !== undefined) return { problems: { [key]: `${repeated} is set twice.` } };
  }
  const isProgram = draft.kind === 'stdio';
  const { transport: _transport, url: _url, headers: _headers, cwd: _cwd, oauth: _oauth, ...kept } = before ?? {};
  const oauth = isProgram ? undefined : oauthOf(draft.oauth);
  if (oauth !== undefined && draft.oauth.by === 'client-credentials' && draft.oauth.clientId.trim() === '')
    return { problems: { oauth: oauthFaults.clientId } };
  const parsed = serverConfig.safeParse({
    ...kept,
    id: draft.id.trim(),
    title: draft.title.trim(),
    ...(isProgram ? commandOf(draft) : { command: '', args: [] }),
    env: isProgram ? valuesOf(draft.env) : {},
    ...(isProgram && draft.cwd.trim() !== '' ? { cwd: draft.cwd.trim() } : {}),
    ...(isProgram ? {} : { transport: draft.kind, url: draft.url.trim(), headers: valuesOf(draft.headers) }),
    ...(oauth === undefined ? {} : { oauth }),
    enabled: draft.enabled,
  });
  if (parsed.success) return { config: parsed.data };
  const problems: DraftProblems = {};
  for (const issue of parsed.error.issues) {
    const field = fields.find((each) => each === issue.path[0]);
    if (field !== undefined) problems[field] ??= field === 'oauth' ? oauthWords(String(issue.path[1])) : wordsFor(field, issue.message);
  }
  if (Object.keys(problems).length === 0) throw new AppError('internal', 'The server could not be read from the form.');
  return { problems };
}

/** What is wrong with a field of the sign-in; the form shows it at that field. */
export const oauthFaults = {
  clientId: 'Without a person the server needs the client id that its makers gave.',
  redirectPort: 'The port for the way back is a whole number from 1024 to 65535.',
  issuer: 'The sign-in service is an address that starts with https://.',
} as const;

const oauthWords = (part: string): string =>
  part === 'redirectPort' || part === 'issuer' ? oauthFaults[part] : 'One of these is too long.';

function wordsFor(field: Field, message: string): string {
  switch (field) {
    case 'id':
      return 'Use 1–40 lower-case letters, digits or dashes, starting with a letter.';
    case 'title':
      return 'Give it a name of 1–80 characters.';
    case 'command':
      return 'Name the program that starts it.';
    case 'env':
      return 'Names use letters, digits and underscores; a secret needs one chosen from the vault.';
    case 'headers':
      return 'Names use letters, digits and dashes; a secret needs one chosen from the vault.';
    case 'url':
      return 'Give an address that starts with https:// or http://.';
    default:
      return message;
  }
}
