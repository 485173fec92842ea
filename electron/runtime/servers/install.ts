// Takes over tool servers from elsewhere: a preview first, held here with the keys it found, then what the person chose of it. The
// keys go into the vault before any configuration is stored, so that nothing in plain text is left when something fails between.

import { AppError } from '../../../shared/errors.ts';
import { issueSentence } from '../../../shared/issue-words.ts';
import { type SecretName, secretName } from '../../../shared/model/ids.ts';
import { numberFault, type PlannedServer, type ServerPlan } from '../../../shared/model/server-import.ts';
import { type ServerConfig, type ServerReach, serverConfig } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { FoundConfigs } from '../tool-ports.ts';
import type { FoundKey } from './config-secrets.ts';
import { askPattern, type PlannedWithKeys, planServers } from './plan-servers.ts';
import type { ForeignConfig } from './read-server-config.ts';

export interface ServerChoice {
  key: string;
  id: ServerConfig['id'];
  title: string;
  reach?: ServerReach | undefined;
  enabled: boolean;
  answers: Record<string, string>;
  secretNames: Record<string, SecretName>;
}

interface Held {
  until: number;
  servers: PlannedWithKeys[];
}

const holdMs = 3_600_000;
const maxHeld = 20;
const comparing = 'to compare with keys in a configuration';

export interface ServerInstall {
  plan(foreign: ForeignConfig, from: string, source: NonNullable<ServerConfig['source']>): Promise<ServerPlan>;
  /** Takes what is a plan already: a catalogue entry, a bundle. */
  hold(servers: PlannedWithKeys[], from: string, problems: readonly string[]): ServerPlan;
  /** The configurations that would be stored, for the question outside the page; stores nothing. */
  resolve(token: string, choices: readonly ServerChoice[]): ServerConfig[];
  /** Stores keys, then gives the configurations to be kept. */
  storeKeys(token: string, choices: readonly ServerChoice[]): Promise<ServerConfig[]>;
}

type InstallPorts = Pick<Ports, 'store' | 'vault' | 'ids' | 'clock'> & { programs: Pick<FoundConfigs, 'home'> };

type Read = (name: SecretName) => Promise<string | undefined>;

/** Those that stored servers get whole. */
function secretsOf(existing: readonly ServerConfig[]): SecretName[] {
  const named = existing.flatMap((each) => [...Object.values(each.env), ...Object.values(each.headers ?? {})]);
  return [...new Set(named.flatMap((each) => ('secret' in each && each.field === undefined ? [each.secret] : [])))];
}

export function createServerInstall(ports: InstallPorts): ServerInstall {
  const held = new Map<string, Held>();

  const find = (token: string): Held => {
    const plan = held.get(token);
    if (plan === undefined || plan.until < ports.clock.now())
      throw new AppError('plan-gone', 'This preview is over.', { hint: 'Open it again; nothing was changed.' });
    return plan;
  };

  /** Reads each value once, and says what for. One that cannot be read now, such as in a locked vault, is not known to be the same. */
  function reader(names: readonly string[]): (name: SecretName) => Promise<string | undefined> {
    const together = { why: comparing, names, isTold: false };
    const values = new Map<SecretName, Promise<string | undefined>>();
    return (name) => {
      const value = values.get(name) ?? ports.vault.reveal(name, { together }).catch(() => undefined);
      values.set(name, value);
      return value;
    };
  }

  /** Names whose entry in the vault holds the very key that is to be stored under it. */
  async function sameInVault(planned: readonly PlannedWithKeys[], read: Read): Promise<Set<string>> {
    const same = new Set<string>();
    for (const { name, value } of ofVault(planned)) if ((await read(name)) === value) same.add(name);
    return same;
  }
  function ofVault(planned: readonly PlannedWithKeys[]): FoundKey[] {
    const known = new Set<string>(ports.vault.list().map((each) => each.name));
    return planned.flatMap((each) => each.keys).filter(({ name }) => known.has(name));
  }

  /** Keys that a stored server has already, by their value: that name is used again, and the server is known for the same. */
  async function namesOfKeys(
    planned: readonly PlannedWithKeys[],
    names: readonly SecretName[],
    read: Read,
  ): Promise<Map<string, SecretName>> {
    const values = new Set(planned.flatMap((each) => each.keys.map((key) => key.value)));
    const known = new Map<string, SecretName>();
    for (const name of names) {
      const value = await read(name);
      if (value !== undefined && values.has(value)) known.set(value, name);
    }
    return known;
  }

  function hold(servers: PlannedWithKeys[], from: string, problems: readonly string[]): ServerPlan {
    const token = ports.ids.next();
    for (const [old, { until }] of held) if (until < ports.clock.now() || held.size >= maxHeld) held.delete(old);
    held.set(token, { until: ports.clock.now() + holdMs, servers });
    return { token, from, servers: servers.map((each) => each.planned), problems: [...problems] };
  }

  return {
    async plan(foreign, from, source) {
      const context = { existing: ports.store.servers.list(), home: ports.programs.home, source };
      const none = new Set<string>();
      const first = planServers(foreign, { ...context, names: { taken: none, same: none } });
      const ofServers = first.some(({ keys }) => keys.length > 0) ? secretsOf(context.existing) : [];
      const read = reader([...new Set([...ofServers, ...ofVault(first).map(({ name }) => name)])]);
      const known = await namesOfKeys(first, ofServers, read);
      const same = new Set([...(await sameInVault(first, read)), ...known.values()]);
      const taken = new Set<string>(
        ports.vault
          .list()
          .map((each) => each.name)
          .filter((name) => !same.has(name)),
      );
      const servers = planServers(foreign, { ...context, names: { taken, same, known } });
      return hold(servers, from, foreign.problems);
    },
    hold,
    resolve: (token, choices) => choices.map((choice) => finished(find(token), choice).config),
    async storeKeys(token, choices) {
      const plan = find(token);
      const made = choices.map((choice) => finished(plan, choice));
      for (const { key, planned } of made.flatMap((each) => each.keys)) {
        if (planned.secrets.some((secret) => secret.name === key.name && secret.exists === 'same')) continue;
        await storeOnce(key, `${planned.config.title}: ${key.place}`);
      }
      return made.map((each) => each.config);
    },
  };

  async function storeOnce({ name, value }: FoundKey, note: string): Promise<void> {
    const isThere = ports.vault.list().some((each) => each.name === name);
    const together = { why: comparing, names: [name], isTold: false };
    if (isThere && (await ports.vault.reveal(name, { together })) === value) return;
    // Throws `secret-exists` when it holds something else: the person chooses another name.
    await ports.vault.set(name, value, note.slice(0, 500));
  }
}

/** One choice with its answers put in, and the keys that go with it. Throws `answer-missing`, `answer-invalid`. */
function finished({ servers }: Held, choice: ServerChoice): { config: ServerConfig; keys: { key: FoundKey; planned: PlannedServer }[] } {
  const found = servers.find((each) => each.planned.key === choice.key);
  if (found === undefined) throw new AppError('plan-gone', `“${choice.key}” is not in this preview.`, { hint: 'Open it again.' });
  const { planned } = found;
  if (planned.problem !== undefined)
    throw new AppError('server-not-usable', `“${choice.key}” cannot be taken over: ${planned.problem}`, { hint: 'Leave it out.' });
  const keys = found.keys.map((key) => ({ key: { ...key, name: choice.secretNames[key.name] ?? key.name }, planned }));

  const answerTo = (id: string): string => {
    const question = planned.questions.find((each) => each.id === id);
    const given = choice.answers[id] ?? question?.default ?? '';
    if (given.trim() === '' && question?.isRequired !== false)
      throw new AppError('answer-missing', `${choice.title} needs “${question?.title ?? id}”.`, {
        hint: 'Fill it in.',
        place: `${choice.key}.${id}`,
      });
    const fault = question === undefined ? undefined : numberFault(question, given);
    if (fault !== undefined)
      throw new AppError('answer-invalid', `${choice.title}: “${question?.title}” must be ${fault}.`, {
        hint: 'Correct it.',
        place: `${choice.key}.${id}`,
      });
    if (question?.kind !== 'secret' || given === '') return given;
    const name =
      choice.secretNames[id] ??
      secretName.parse(
        `${choice.id}-${id
          .replace(/^(input|env|value)-/, '')
          .replace(/[^A-Za-z0-9_.-]+/g, '-')
          .toLowerCase()}`.slice(0, 64),
      );
    if (!keys.some(({ key }) => key.name === name)) keys.push({ key: { name, place: question.title, value: given }, planned });
    return `\${secret:${name}}`;
  };
  const fill = (text: string): string =>
    text
      .replace(askPattern, (_whole, id: string) => answerTo(id))
      .replace(/\$\{secret:([^}]+)\}/g, (_whole, name: string) => `\${secret:${choice.secretNames[name] ?? name}}`);
  const value = (given: ServerConfig['env'][string]): ServerConfig['env'][string] => {
    if ('secret' in given) return { secret: choice.secretNames[given.secret] ?? given.secret };
    const text = fill(given.text);
    const bare = /^\$\{secret:([^}]+)\}$/.exec(text)?.[1];
    return bare === undefined ? { text } : { secret: secretName.parse(bare) };
  };
  const record = (given: ServerConfig['env']): ServerConfig['env'] =>
    Object.fromEntries(
      Object.entries(given).flatMap(([name, each]) => (isEmpty(value(each)) && !isEmpty(each) ? [] : [[name, value(each)]])),
    );
  const { config } = planned;
  const reach = choice.reach ?? config.reach;
  const parsed = serverConfig.safeParse({
    ...config,
    id: choice.id,
    title: choice.title,
    enabled: choice.enabled,
    command: fill(config.command),
    args: config.args.flatMap((arg) => fillArg(arg, planned, fill)),
    env: record(config.env),
    ...(config.cwd === undefined ? {} : { cwd: fill(config.cwd) }),
    ...(config.url === undefined ? {} : { url: fill(config.url) }),
    ...(config.headers === undefined ? {} : { headers: record(config.headers) }),
    ...(reach === undefined
      ? {}
      : {
          reach: {
            ...reach,
            folders: reach.folders.flatMap((folder) =>
              fill(folder.path)
                .split('\n')
                .map((path) => path.trim())
                .filter((path) => path !== '')
                .map((path) => ({ ...folder, path })),
            ),
          },
        }),
  });
  if (parsed.success) return { config: parsed.data, keys };
  const issue = parsed.error.issues[0];
  throw new AppError('answer-invalid', `${choice.title}: ${issue === undefined ? 'An answer does not fit.' : issueSentence(issue)}`, {
    hint: 'Correct it.',
    place: `${choice.key}.${issue?.path.join('.')}`,
  });
}

const isEmpty = (value: ServerConfig['env'][string]): boolean => 'text' in value && value.text === '';

/** A question that takes several folders becomes as many arguments. */
function fillArg(arg: string, planned: PlannedServer, fill: (text: string) => string): string[] {
  const id = /^\$\{ask:([^}]+)\}$/.exec(arg)?.[1];
  const isList = planned.questions.find((each) => each.id === id)?.isList === true;
  const text = fill(arg);
  if (!isList) return text === '' && id !== undefined ? [] : [text];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
