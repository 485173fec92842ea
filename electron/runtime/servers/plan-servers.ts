// From what another program wrote to what Orrery would store: keys as handles, questions for what is missing, reach as narrow as it
// can be read from the arguments. Pure; nothing is stored or started by it.

import { issueWords } from '../../../shared/issue-words.ts';
import type { SecretName, ServerId } from '../../../shared/model/ids.ts';
import { secretHandle } from '../../../shared/model/secret-handle.ts';
import type { ImportQuestion, PlannedServer } from '../../../shared/model/server-import.ts';
import { type ServerConfig, type ServerReach, serverConfig } from '../../../shared/model/tool.ts';
import { namedFolders } from './config-folders.ts';
import { type FoundKey, isSecretName, isSecretText, keysInAddress, secretNameFor } from './config-secrets.ts';
import type { ForeignConfig, ForeignInput, ForeignServer } from './read-server-config.ts';

export interface PlanContext {
  existing: readonly ServerConfig[];
  /** Names in the vault that hold something else, those that hold the very key that is meant, and what keys of stored servers are called. */
  names: { taken: ReadonlySet<string>; same: ReadonlySet<string>; known?: ReadonlyMap<string, SecretName> };
  /** The person's home, for `~` and `${userHome}`. */
  home: string;
  source: NonNullable<ServerConfig['source']>;
}

export interface PlannedWithKeys {
  planned: PlannedServer;
  keys: FoundKey[];
}

/** What `apply` puts an answer in place of. */
export const askHandle = (id: string): string => `\${ask:${id}}`;
export const askPattern = /\$\{ask:([^}]{1,100})\}/g;

export function planServers(config: ForeignConfig, context: PlanContext): PlannedWithKeys[] {
  const takenNames = new Set<string>(context.names.taken);
  const takenIds = new Set<string>();
  return config.servers.map((server) => planServer(server, config.inputs, context, takenNames, takenIds));
}

function planServer(
  server: ForeignServer,
  inputs: readonly ForeignInput[],
  context: PlanContext,
  takenNames: Set<string>,
  takenIds: Set<string>,
): PlannedWithKeys {
  const keys: FoundKey[] = [];
  const questions = new Map<string, ImportQuestion>();
  const notes = [...server.notes];

  /** An environment variable of the other program's: it is asked for, whatever this machine has under that name. */
  const askVariable = (variable: string, name: string, fallback?: string): string => {
    if (variable === 'HOME') return context.home;
    const asked = `env-${variable}`;
    const kind = isSecretInput(undefined, variable, name) ? 'secret' : 'text';
    questions.set(asked, {
      id: asked,
      title: variable,
      description: `The other program took it from its environment variable ${variable}.`,
      kind,
      isRequired: fallback === undefined,
      ...(fallback === undefined || fallback === '' || kind === 'secret' ? {} : { default: fallback }),
    });
    return askHandle(asked);
  };
  /** `${NAME}` and `${NAME:-otherwise}`, and `$NAME` alone; a shell that is given a script fills them in itself. */
  const isShell = /(^|[\\/])(ba|z|da|fi)?sh(\.exe)?$/.test(server.command) && server.args.some((arg) => /^-\w*c$/.test(arg));
  const fillVariables = (text: string, name: string): string =>
    isShell
      ? text
      : text
          .replace(/^\$([A-Z_][A-Z0-9_]*)$/, (_whole, variable: string) => askVariable(variable, name))
          .replace(/\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g, (_whole, variable: string, fallback?: string) =>
            askVariable(variable, name, fallback),
          );

  /** The other program's places to fill in, as ours. */
  const fill = (text: string, name: string): string =>
    fillVariables(text, name).replace(
      /\$\{(input|env|workspaceFolder|userHome|pathSeparator|workspaceFolderBasename|cwd)(?::([^}]*))?\}/g,
      (_whole, kind: string, id?: string) => {
        if (kind === 'userHome') return context.home;
        if (kind === 'pathSeparator') return '/';
        const input = kind === 'input' ? inputs.find((each) => each.id === id) : undefined;
        const asked = kind === 'input' || kind === 'env' ? `${kind}-${(id ?? '').split(':')[0]}` : 'folder';
        questions.set(asked, {
          id: asked,
          title: kind === 'env' ? (id ?? name) : kind === 'input' ? (input?.description ?? id ?? name) : 'Folder',
          description:
            kind === 'env'
              ? `The other program took it from its environment variable ${id}.`
              : kind === 'input'
                ? `For ${name === '' ? 'its arguments' : name}.`
                : 'The other program put its open folder here.',
          kind:
            kind === 'workspaceFolder' || kind === 'cwd' || kind === 'workspaceFolderBasename'
              ? 'folder'
              : isSecretInput(input, id, name)
                ? 'secret'
                : 'text',
          isRequired: true,
          ...(input?.default === undefined || isSecretInput(input, id, name) ? {} : { default: input.default }),
          ...(input?.options === undefined ? {} : { options: input.options }),
        });
        return askHandle(asked);
      },
    );

  const keep = (value: string, place: string, shown: string): string => {
    const known = keys.find((each) => each.value === value);
    const name = known?.name ?? context.names.known?.get(value) ?? secretNameFor(server.key, place, takenNames);
    takenNames.add(name);
    keys.push({ name, place: shown, value });
    return `\${secret:${name}}`;
  };

  const valueFor = (name: string, text: string): ServerConfig['env'][string] => {
    if (isSecretText(name, text)) {
      const scheme = /^(Bearer|Basic|Token|token)\s+(\S.*)$/.exec(text);
      const handle = keep(scheme?.[2] ?? text, name, name);
      const bare = /^\$\{secret:(.+)\}$/.exec(handle)?.[1];
      return scheme === null && bare !== undefined
        ? ({ secret: bare } as ServerConfig['env'][string])
        : { text: `${scheme?.[1]} ${handle}` };
    }
    if (text.trim() === '' || /^(<.*>|your[-_ ].*)$/i.test(text)) {
      if (!isSecretName(name)) return { text };
      questions.set(`value-${name}`, {
        id: `value-${name}`,
        title: name,
        description: 'It was left open in the configuration.',
        kind: 'secret',
        isRequired: true,
      });
      return { text: askHandle(`value-${name}`) };
    }
    return { text: fill(text, name) };
  };

  const address = (text: string, shown: string, isServer = false): string => {
    let result = text;
    for (const part of keysInAddress(text, isServer).reverse())
      result =
        result.slice(0, part.start) +
        keep(text.slice(part.start, part.end), part.place, `${shown} (${part.place})`) +
        result.slice(part.end);
    return result;
  };

  /** `Authorization: Bearer …`, as an argument. */
  const headerArg = (arg: string, index: number): string | undefined => {
    const [, name = '', scheme = '', value = ''] =
      /^([A-Za-z][A-Za-z0-9-]*:\s*)((?:(?:Bearer|Basic|Token|token)\s+)?)(\S+)$/.exec(arg) ?? [];
    const header = name.replace(/:\s*$/, '');
    if (value === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(arg) || !isSecretText(header, value)) return undefined;
    return `${name}${scheme}${keep(value, header, `argument ${index + 1} (${header})`)}`;
  };

  const args = server.args.map((arg, index) => {
    const header = headerArg(arg, index);
    if (header !== undefined) return header;
    const pair = /^(--?[A-Za-z][\w-]*|[A-Za-z_]\w*)=(.+)$/s.exec(arg);
    const flag = pair?.[1] ?? (/^--?[A-Za-z][\w-]*$/.test(server.args[index - 1] ?? '') ? (server.args[index - 1] as string) : '');
    const value = pair?.[2] ?? arg;
    const isFlag = pair === null && /^--?[A-Za-z]/.test(arg);
    const kept = isFlag
      ? arg
      : /^[a-z][a-z0-9+.-]*:\/\//i.test(value)
        ? address(value, `the argument ${flag === '' ? index + 1 : flag}`)
        : isSecretText(flag.replace(/^-+/, ''), value) && (isSecretName(flag.replace(/^-+/, '')) || !value.includes('.'))
          ? keep(value, flag === '' ? 'key' : flag, flag === '' ? `argument ${index + 1}` : `the argument ${flag}`)
          : fill(value, flag);
    return pair === null ? kept : `${pair[1]}=${kept}`;
  });
  if (args.some((arg) => arg.includes('${secret:')))
    notes.push(
      'It takes a key on its command line, where other programs of yours can read it while it runs. An environment variable is safer, if it has one.',
    );

  const env = Object.fromEntries(Object.entries(server.env).map(([name, text]) => [name, valueFor(name, text)]));
  const headers = Object.fromEntries(Object.entries(server.headers).map(([name, text]) => [name, valueFor(name, text)]));
  const id = freeId(server.key, context.existing, takenIds);
  const texts = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => ('text' in value ? [[name, value.text]] : [])));
  const named = server.transport === 'stdio' ? namedFolders(args, texts, context.home) : { folders: [], out: [] };
  for (const { name, path } of named.out)
    notes.push(`${name} names ${path}, which it does not reach from its sandbox. If it needs that, allow the folder.`);
  const reach = reachOf(named.folders, server.transport === 'stdio' ? questions : new Map());
  const made = serverConfig.safeParse({
    id,
    title: titleOf(server.key),
    ...(server.transport === 'stdio'
      ? {}
      : { transport: server.transport, url: address(fill(server.url ?? '', 'url'), 'the address', true) }),
    command: fill(server.command, 'command'),
    args,
    env,
    ...(server.cwd === undefined || server.cwd === '' ? {} : { cwd: fill(server.cwd, 'cwd') }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    enabled: !server.isDisabled,
    reach,
    source: context.source,
  });
  const same = made.success ? context.existing.find((each) => isSame(each, made.data)) : undefined;
  if (same !== undefined && [...questions.values()].some((each) => each.kind === 'secret'))
    notes.push(`“${same.title}” runs the same with a key of its own. With another key, such as for a second account, choose it here too.`);
  const handles = secretsNamedBy(server);
  const problem =
    server.problem ??
    (handles.length > 0
      ? `It names ${handles.join(', ')} of the vault. What others wrote does not choose a secret: take that out, and choose it here afterwards.`
      : undefined) ??
    (made.success
      ? undefined
      : `Its ${made.error.issues[0]?.path.join('.') ?? 'form'} ${made.error.issues[0] === undefined ? 'does not fit' : issueWords(made.error.issues[0])}.`);
  const fallback: ServerConfig = {
    id,
    title: titleOf(server.key),
    command: server.command === '' ? '-' : server.command.slice(0, 1000),
    args: [],
    env: {},
    enabled: false,
  };
  return {
    keys,
    planned: {
      key: server.key,
      config: made.success ? made.data : fallback,
      description: '',
      secrets: [
        ...new Map(
          keys.map((key) => [
            key.name,
            { name: key.name, place: key.place, exists: context.names.same.has(key.name) ? ('same' as const) : ('no' as const) },
          ]),
        ).values(),
      ],
      questions: [...questions.values()],
      notes,
      ...(problem === undefined ? {} : { problem }),
      ...(same === undefined ? {} : { sameAs: same.title }),
      status: same !== undefined ? 'same' : context.existing.some((each) => each.title === titleOf(server.key)) ? 'name-taken' : 'new',
    },
  };
}

/** A handle in what another program, or anybody, wrote would be filled in at the start. */
export function secretsNamedBy(given: unknown): string[] {
  return [...new Set([...JSON.stringify(given).matchAll(secretHandle)].map((match) => match[1] as string))];
}

const isSecretInput = (input: ForeignInput | undefined, id: string | undefined, name: string): boolean =>
  input?.isSecret === true || isSecretName(id ?? '') || isSecretName(name);

const titleOf = (key: string): string => (key.trim() === '' ? 'Server' : key.trim().slice(0, 80));

export function freeId(key: string, existing: readonly ServerConfig[], taken: Set<string>): ServerId {
  const plain = key
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 34);
  const base = plain === '' ? 'server' : plain;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (taken.has(id) || existing.some((each) => each.id === id)) continue;
    taken.add(id);
    return id as ServerId;
  }
}

/** Folders that the configuration names; the person narrows them. */
function reachOf(folders: ServerReach['folders'], questions: ReadonlyMap<string, ImportQuestion>): ServerReach {
  const asked = [...questions.values()]
    .filter((question) => question.kind === 'folder')
    .map((question) => ({ path: askHandle(question.id), write: true }));
  return { sandbox: 'on', folders: [...folders, ...asked], hosts: [], roots: [], samplingTokens: 0 };
}

/** The same program with other values is another one: a second account, another database. What is still to be asked may be anything. */
function isSame(there: ServerConfig, planned: ServerConfig): boolean {
  const effect = ({ command, args, url, transport }: ServerConfig): string =>
    JSON.stringify([command, args, url ?? '', transport ?? 'stdio']);
  const fits = (values: ServerConfig['env'], wanted: ServerConfig['env']): boolean => {
    const names = Object.keys(wanted);
    return (
      names.length === Object.keys(values).length &&
      names.every((name) => {
        const [value, want] = [values[name], wanted[name]];
        if (value === undefined || want === undefined) return false;
        return ('text' in want && askOne.test(want.text)) || JSON.stringify(value) === JSON.stringify(want);
      })
    );
  };
  return effect(there) === effect(planned) && fits(there.env, planned.env) && fits(there.headers ?? {}, planned.headers ?? {});
}
const askOne = new RegExp(askPattern.source);
