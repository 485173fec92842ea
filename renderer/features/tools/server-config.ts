// The add-server form as text fields, and what they become. Pure.

import { AppError } from '../../../shared/errors.ts';
import { type ServerConfig, serverConfig } from '../../../shared/model/tool.ts';

export interface EnvRow {
  name: string;
  kind: 'text' | 'secret';
  value: string;
}

export interface ServerDraft {
  id: string;
  title: string;
  command: string;
  /** One argument a line: what is written is what is passed. */
  args: string;
  env: EnvRow[];
  cwd: string;
  enabled: boolean;
}

export const emptyDraft: ServerDraft = { id: '', title: '', command: '', args: '', env: [], cwd: '', enabled: true };

/** "My Files!" gives `my-files`. */
export const idFrom = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);

export const draftOf = (config: ServerConfig): ServerDraft => ({
  id: config.id,
  title: config.title,
  command: quoted(config.command),
  args: config.args.join('\n'),
  env: Object.entries(config.env).map(([name, value]) =>
    'secret' in value ? { name, kind: 'secret', value: value.secret } : { name, kind: 'text', value: value.text },
  ),
  cwd: config.cwd ?? '',
  enabled: config.enabled,
});

/** Splits a pasted command line, so that `npx -y some-server "a b"` can be put into the command field whole. */
export function splitCommandLine(line: string): { command: string; args: string[] } {
  const words: string[] = [];
  for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)) {
    const [, double, single, bare] = match;
    words.push(double !== undefined ? double.replace(/\\(["\\])/g, '$1') : (single ?? bare ?? ''));
  }
  return { command: words[0] ?? '', args: words.slice(1) };
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

/** Problems by field; empty when the draft can be saved. */
export type DraftProblems = Partial<Record<'id' | 'title' | 'command' | 'args' | 'env' | 'cwd', string>>;

export function checkDraft(draft: ServerDraft): { config: ServerConfig } | { problems: DraftProblems } {
  const names = draft.env.map((row) => row.name.trim());
  const repeated = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (repeated !== undefined) return { problems: { env: `${repeated} is set twice.` } };
  const { command, args } = commandOf(draft);
  const rows = draft.env.filter((row) => row.name.trim() !== '' || row.value !== '');
  const parsed = serverConfig.safeParse({
    id: draft.id.trim(),
    title: draft.title.trim(),
    command,
    args,
    env: Object.fromEntries(rows.map((row) => [row.name.trim(), row.kind === 'secret' ? { secret: row.value } : { text: row.value }])),
    ...(draft.cwd.trim() === '' ? {} : { cwd: draft.cwd.trim() }),
    enabled: draft.enabled,
  });
  if (parsed.success) return { config: parsed.data };
  const problems: DraftProblems = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (typeof field === 'string' && isField(field)) problems[field] ??= wordsFor(field, issue.message);
  }
  if (Object.keys(problems).length === 0) throw new AppError('internal', 'The server could not be read from the form.');
  return { problems };
}

const isField = (name: string): name is keyof DraftProblems => ['id', 'title', 'command', 'args', 'env', 'cwd'].includes(name);

function wordsFor(field: keyof DraftProblems, message: string): string {
  switch (field) {
    case 'id':
      return 'Use 1–40 lower-case letters, digits or dashes, starting with a letter.';
    case 'title':
      return 'Give it a name of 1–80 characters.';
    case 'command':
      return 'Name the program that starts it.';
    case 'env':
      return 'Names use letters, digits and underscores; a secret needs one chosen from the vault.';
    default:
      return message;
  }
}
