// Catalogue entries, packages and command lines as plans. Pure.

import { AppError } from '../../../shared/errors.ts';
import { wordsOfCommand } from '../../../shared/model/command-line.ts';
import type { CatalogueItem } from '../../../shared/model/server-catalogue.ts';
import { serverConfig } from '../../../shared/model/tool.ts';
import { foreignClientCommand } from './client-command.ts';
import { freeId, type PlannedWithKeys } from './plan-servers.ts';
import type { ForeignConfig } from './read-server-config.ts';

export function planCatalogueItem(item: CatalogueItem, existing: Parameters<typeof freeId>[1]): PlannedWithKeys {
  const config = serverConfig.parse({
    ...item.server,
    id: freeId(item.id, existing, new Set()),
    title: item.title,
    source: { kind: 'catalogue', ref: item.package === undefined ? item.id : `${item.package}@${item.version ?? 'latest'}` },
  });
  return {
    keys: [],
    planned: {
      key: item.id,
      config,
      description: item.description,
      secrets: [],
      questions: item.questions,
      notes: item.needs.length === 0 ? [] : [`It needs ${item.needs.join(', ')}.`],
      status: existing.some((each) => each.source?.kind === 'catalogue' && each.source.ref === config.source?.ref) ? 'same' : 'new',
    },
  };
}

const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;

/** `name`, `name@1.2.3`, `@scope/name@latest`. Throws `package-name`. */
export function foreignPackage(text: string): ForeignConfig {
  const given = text.trim();
  const at = given.lastIndexOf('@');
  const name = at > 0 ? given.slice(0, at) : given;
  const version = at > 0 ? given.slice(at + 1) : '';
  if (!packageName.test(name) || !/^[\w.+-]{0,60}$/.test(version))
    throw new AppError('package-name', `“${given.slice(0, 100)}” is not the name of an npm package.`, {
      hint: 'Write it like @scope/name or name@1.2.3.',
    });
  return one(name.replace(/^@[^/]+\//, '').replace(/^(mcp-server-|server-)|(-mcp-server|-mcp)$/g, '') || name, 'npx', ['-y', given]);
}

const pairIn = (word = ''): RegExpExecArray | null => /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word);

/** A command line that was pasted instead of a configuration, with variables before its command where it has some. */
export function foreignCommandLine(line: string): ForeignConfig {
  const env: Record<string, string> = {};
  const words = wordsOfCommand(line);
  for (let pair = pairIn(words[0]); pair !== null; pair = pairIn(words[0])) {
    env[pair[1] as string] = pair[2] as string;
    words.shift();
  }
  const forOther = foreignClientCommand(words);
  if (forOther !== undefined) return forOther;
  const [command, ...args] = words;
  if (command === undefined)
    throw new AppError('config-without-servers', 'There is no command in it.', {
      hint: 'Paste a configuration, or a command such as npx -y some-server.',
    });
  const isContainer = /^(docker|podman)(\.exe)?$/.test(command) && args[0] === 'run';
  const image = isContainer ? args.find((arg) => /^[a-z0-9.-]+\/[\w./-]+(:[\w.-]+)?$/.test(arg)) : undefined;
  const named = image?.replace(/:[\w.-]+$/, '') ?? args.find((arg) => !arg.startsWith('-')) ?? command;
  const key = (named.split(/[\\/]/).at(-1) ?? named).replace(/@[\w.]+$/, '').replace(/\.(m?js|ts|py|sh|exe)$/i, '');
  return one(key.replace(/^(mcp-server-|server-)|(-mcp-server|-mcp)$/g, '') || key, command, args, env);
}

const one = (key: string, command: string, args: string[], env: Record<string, string> = {}): ForeignConfig => ({
  servers: [{ key, command, args, env, transport: 'stdio', headers: {}, isDisabled: false, notes: [] }],
  inputs: [],
  problems: [],
});
