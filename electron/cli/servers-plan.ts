// A preview of tool servers at the terminal: shown whole, asked for what is missing, and added after a yes. Nothing runs before.

import { counted } from '../../shared/count.ts';
import { AppError } from '../../shared/errors.ts';
import type { ImportQuestion, PlannedServer, ServerPlan } from '../../shared/model/server-import.ts';
import { type ServerConfig, type ServerStatus, serverReach } from '../../shared/model/tool.ts';
import { isThisMachine } from '../../shared/this-machine.ts';
import type { HostClient } from '../wires/attach.ts';
import { confirm } from './confirm.ts';
import { amber, bold, dim, exitCodes, green, inert, print, printJson, red, say } from './output.ts';
import { nextSteps } from './servers-mend.ts';
import { askHidden } from './vault-input.ts';
import { opened } from './vault-ways.ts';

export interface PlanOptions {
  json?: boolean;
  data?: string;
  yes?: boolean;
  only?: string;
  answer?: string[];
  folder?: string[];
  host?: string[];
}

/** Shows the plan, asks, adds. Answers with the exit code. */
export async function addPlanned(client: HostClient, plan: ServerPlan, options: PlanOptions): Promise<number> {
  const chosen = chosenOf(plan, options.only);
  if (options.json !== true) showPlan(plan, chosen);
  if (chosen.length === 0) {
    if (options.json === true) printJson({ plan, servers: [] });
    else
      say(
        plan.servers.some((each) => each.status === 'same')
          ? 'There is nothing to add. Name one with --only to have it once more.'
          : 'There is nothing to add.',
      );
    return plan.servers.some((each) => each.status === 'same') ? exitCodes.ok : exitCodes.failed;
  }
  if (options.json === true && options.yes !== true) {
    printJson({ plan, servers: [] });
    return exitCodes.ok;
  }
  const given = readAnswers(options.answer ?? [], chosen);
  if (options.yes !== true && !(await confirm(`Add ${chosen.length === 1 ? 'this server' : `these ${chosen.length} servers`}?`, options))) {
    say('Nothing was added.');
    return exitCodes.cancelled;
  }
  const servers = [];
  for (const planned of chosen)
    servers.push({
      key: planned.key,
      id: planned.config.id,
      title: planned.config.title,
      enabled: planned.config.enabled,
      answers: await answersFor(planned, given),
      reach: reachOf(planned, options),
    });
  const added = await client.servers.apply({ token: plan.token, servers });
  if (options.json === true) printJson({ plan, servers: added });
  else for (const server of added) printAdded(server);
  return added.some((server) => server.state === 'failed') ? exitCodes.failed : exitCodes.ok;
}

/**
 * The plan, with the vault opened first where the plan has keys: what they are compared with is in it, and so is where they go. A host that
 * ends with the command would otherwise never have it open.
 */
export async function planWithVault(client: HostClient, make: () => Promise<ServerPlan>, options: PlanOptions): Promise<ServerPlan> {
  const plan = await make();
  const canAsk = options.yes === true || (process.stdin.isTTY && options.json !== true);
  if (!canAsk || !plan.servers.some(needsVault) || (await client.vault.getStatus()).state !== 'locked') return plan;
  await opened(client);
  return make();
}

const needsVault = ({ config, questions, secrets }: PlannedServer): boolean =>
  secrets.length > 0 ||
  questions.some(({ kind, isRequired }) => kind === 'secret' && isRequired) ||
  Object.values({ ...config.env, ...config.headers }).some((value) => 'secret' in value);

function chosenOf(plan: ServerPlan, only: string | undefined): PlannedServer[] {
  const names = only?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !plan.servers.some((each) => each.key === name || each.config.id === name));
  if (unknown !== undefined)
    throw new AppError('input-only', `There is no server “${unknown}” in it.`, {
      hint: `There are: ${plan.servers.map((each) => each.key).join(', ')}.`,
    });
  return plan.servers.filter(
    (each) =>
      each.problem === undefined &&
      // One that is here already is added once more only where it is named.
      (names === undefined ? each.status !== 'same' : names.includes(each.key) || names.includes(each.config.id)),
  );
}

const inWords = (text: string, questions: readonly ImportQuestion[]): string =>
  text.replace(/\$\{ask:([^}]{1,100})\}/g, (_whole, id: string) => `<${questions.find((each) => each.id === id)?.title ?? id}>`);

export const whatRuns = (config: ServerConfig): string =>
  (config.transport ?? 'stdio') === 'stdio'
    ? [config.command, ...config.args].map((word) => (/^[\w@%+=:,./\\${}-]+$/.test(word) ? word : JSON.stringify(word))).join(' ')
    : (config.url ?? '');

/** What it may touch, one thing a line, each with the word before it. */
export function reachWords(config: ServerConfig): [label: string, what: string][] {
  if ((config.transport ?? 'stdio') !== 'stdio')
    return [['where', isThisMachine(config.url) ? 'on this machine, outside of Orrery’s sandbox' : 'on another machine']];
  if (config.reach === undefined) return [['may touch', 'the folders and hosts that its own settings name']];
  if (config.reach.sandbox === 'off') return [['may touch', 'everything that you may: it runs without a sandbox']];
  const { folders, hosts, samplingTokens } = config.reach;
  return [
    ...folders.map(({ path, write }): [string, string] => [write ? 'may read and write' : 'may read', path]),
    [
      'may reach',
      hosts.length === 0 ? 'no host: it has no network' : hosts.map((host) => (host === '*' ? 'every public host' : host)).join(', '),
    ],
    ...(samplingTokens === 0 ? [] : [['may use', `up to ${samplingTokens} tokens of your model a day`] as [string, string]]),
  ];
}

function showPlan(plan: ServerPlan, chosen: readonly PlannedServer[]): void {
  print(`From ${inert(plan.from)}. Nothing has run or been stored yet.`);
  for (const problem of plan.problems) print(amber(inert(problem)));
  if (plan.lacksNode === true)
    print(amber('Node is not on this machine. Orrery can fetch one for tool servers: orrery tools node --fetch'));
  for (const planned of plan.servers) {
    const { config, questions } = planned;
    const state =
      planned.problem !== undefined
        ? red('cannot be added')
        : planned.status === 'same'
          ? dim(
              `is here already${planned.sameAs === undefined || planned.sameAs === planned.key ? '' : ` as ${inert(planned.sameAs)}`}${chosen.includes(planned) ? ', and is added once more' : ''}`,
            )
          : chosen.includes(planned)
            ? ''
            : dim('left out');
    const id = planned.key === config.id ? '' : dim(config.id);
    print(`\n${[bold(inert(planned.key)), id, state].filter((part) => part !== '').join('  ')}`);
    if (planned.problem !== undefined) {
      print(`  ${inert(planned.problem)}`);
      continue;
    }
    print(`  ${inert(inWords(whatRuns(config), questions))}`);
    for (const [label, what] of reachWords(config)) print(`  ${dim(label)}  ${inert(inWords(what, questions))}`);
    for (const path of planned.programs?.own ?? []) print(`  ${dim('may read')}  its own program folder ${inert(path)}`);
    if ((planned.programs?.path.length ?? 0) > 0)
      print(`  ${dim('may read')}  programs on your PATH: ${inert(planned.programs?.path.join(', ') ?? '')}`);
    for (const [name, value] of Object.entries({ ...config.env, ...config.headers }))
      print(
        `  ${dim('gets')}  ${inert(name)} = ${'secret' in value ? `the secret ${value.secret}` : inert(inWords(value.text, questions))}`,
      );
    for (const secret of planned.secrets)
      print(
        `  ${dim('key')}  ${inert(secret.place)} ${secret.exists === 'same' ? 'is in the vault already as' : 'goes into the vault as'} ${secret.name}`,
      );
    for (const question of questions)
      print(
        `  ${dim('asks for')}  ${inert(question.title)}${question.isRequired ? '' : ' (may stay empty)'}  ${dim(question.kind === 'secret' ? 'asked for unseen, or read from stdin, a line for each' : `--answer ${question.id}=…`)}`,
      );
    for (const note of planned.notes) print(`  ${dim('note')}  ${inert(note)}`);
  }
  print();
}

/** `id=value` or `key:id=value`. Throws `input-answer`. */
function readAnswers(given: readonly string[], chosen: readonly PlannedServer[]): Map<string, string[]> {
  const answers = new Map<string, string[]>();
  for (const each of given) {
    const at = each.indexOf('=');
    const name = each.slice(0, at);
    const own = chosen.flatMap((planned) =>
      planned.questions.filter(({ id }) => id === name || `${planned.key}:${id}` === name).map((question) => ({ planned, question })),
    );
    if (at < 1 || own.length === 0)
      throw new AppError('input-answer', `“${name === '' ? each : name}” is not asked for.`, {
        hint: 'Write --answer ID=VALUE with an ID that the plan shows.',
      });
    if (own.some(({ question }) => question.kind === 'secret'))
      throw new AppError('input-answer', `“${name}” is a secret, and arguments can be seen by other programs.`, {
        hint: 'Leave it out: it is asked for, or read from stdin, a line for each.',
      });
    for (const { planned, question } of own) {
      const key = `${planned.key}:${question.id}`;
      answers.set(key, [...(answers.get(key) ?? []), each.slice(at + 1)]);
    }
  }
  return answers;
}

async function answersFor(planned: PlannedServer, given: ReadonlyMap<string, string[]>): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const question of planned.questions) {
    const own = given.get(`${planned.key}:${question.id}`);
    if (own !== undefined) answers[question.id] = question.isList === true ? own.join('\n') : (own.at(-1) ?? '');
    else if (question.default !== undefined) answers[question.id] = question.default;
    else if (question.isRequired && question.kind === 'secret') answers[question.id] = await askHidden(`${planned.key}: ${question.title}`);
    else if (question.isRequired)
      throw new AppError('input-answer', `“${planned.key}” needs “${question.title}”.`, {
        hint: `Say it with --answer ${question.id}=… ${question.isList === true ? '(once for each)' : ''}`.trim(),
      });
  }
  return answers;
}

/** What the plan says, with the folders and hosts that were given besides. */
function reachOf(planned: PlannedServer, options: PlanOptions) {
  const reach = planned.config.reach ?? serverReach.parse({});
  const folders = (options.folder ?? []).map((text) => ({ path: text.replace(/:rw$/, ''), write: text.endsWith(':rw') }));
  return {
    ...reach,
    folders: [...reach.folders.filter((each) => !folders.some(({ path }) => path === each.path)), ...folders],
    hosts: [...new Set([...reach.hosts, ...(options.host ?? [])])],
  };
}

function printAdded(server: ServerStatus): void {
  if (server.state === 'failed' && server.signIn?.needed !== true) {
    print(`${red('does not start')}  ${inert(server.title)} ${dim(server.id)}`);
    print(`  ${inert(server.failure?.message ?? '')}`);
    for (const line of nextSteps(server)) print(`  ${line}`);
    return;
  }
  print(
    `${green('added')}  ${inert(server.title)} ${dim(server.id)}  ${server.signIn?.needed === true ? amber(`sign in: orrery tools sign-in ${server.id}`) : server.state === 'ready' ? counted(server.toolCount, 'tool') : server.state}`,
  );
}
