// What a page asks for that would give it (or what it feeds) new powers: a command line, a folder, a wider grant, a secret sent
// somewhere. Such a call is only a proposal. Where the host has a place outside the page to ask the person (the desktop: a
// dialog of the system, drawn by the main process), it takes effect after a yes there, to exactly what is shown. Pure, but for `confirmed`.

import { counted } from '../../../shared/count.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Grant, InboxAnswer, InboxRequest } from '../../../shared/model/grant.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import type { ProgramFolders, ServerConfig } from '../../../shared/model/tool.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { canonicalJson } from './canonical.ts';
import { secretNamesIn } from './secret-handles.ts';

export interface Proposal {
  /** A question, as the heading. */
  title: string;
  /** Exactly what would take effect, one thing a line. */
  lines: string[];
  /** The verb on the button that agrees. */
  button: string;
  /** A yes holds for the same proposal until the app ends. */
  lasts: boolean;
}

/** Asks the person where no page can answer for them. */
export interface Consent {
  /** The person chose this path, or one above it, in a dialog of the system since the app started. */
  isChosen(path: string): boolean;
  ask(proposal: Proposal): Promise<boolean>;
}

/** Throws `not-confirmed`. Without `consent` the host cannot ask outside the page, and its word counts as the person's. */
export async function confirmed(consent: Consent | undefined, proposal: Proposal | undefined): Promise<void> {
  if (consent === undefined || proposal === undefined || (await consent.ask(proposal))) return;
  throw new AppError('not-confirmed', 'It was not confirmed, so nothing was changed.', {
    hint: 'Try again and agree in the dialog, if this is what you want.',
  });
}

const make = (title: string, lines: string[], button: string, lasts = false): Proposal | undefined =>
  lines.length === 0 ? undefined : { title, lines, button, lasts };

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : JSON.stringify(text));

/** Starting a program, or connecting to a server elsewhere. A change of title or of being enabled alone proposes nothing new. */
export function serverProposal(
  config: ServerConfig,
  before: ServerConfig | undefined,
  /** Whether this machine can contain a program, in words. */
  containment: { ok: boolean; words: string } = { ok: true, words: '' },
  /** What it reads since its program lies there. */
  programs?: ProgramFolders,
): Proposal | undefined {
  if (before !== undefined && effectOf(before) === effectOf(config)) return undefined;
  const given = (from: ServerConfig['env']) =>
    Object.entries(from).map(([name, value]) => `${name} = ${'secret' in value ? `the secret ${value.secret}` : quote(value.text)}`);
  const sampling = config.reach?.samplingTokens ?? 0;
  const mayAsk = sampling === 0 ? [] : [`Use your model for up to ${sampling} tokens a day`];
  if ((config.transport ?? 'stdio') !== 'stdio')
    return make(
      `Connect to the tool server ${quote(config.title)}?`,
      [config.url ?? '', ...given(config.headers ?? {}), ...oauthLines(config.oauth), ...mayAsk],
      'Connect',
    );
  return make(
    `Let the tool server ${quote(config.title)} run this program?`,
    [
      [config.command, ...config.args].map(quote).join(' '),
      ...(config.cwd === undefined || config.cwd === '' ? [] : [`in ${config.cwd}, which it can read and write`]),
      ...given(config.env),
      ...reachLines(config.reach, containment, programs),
      ...mayAsk,
    ],
    'Allow',
  );
}

const effectOf = ({ command, args, env, cwd, transport, url, headers, oauth, reach }: ServerConfig): string =>
  canonicalJson({
    ...{ command, args, env, cwd: cwd ?? null, transport: transport ?? 'stdio', url: url ?? null, headers: headers ?? {} },
    oauth: oauth === undefined ? null : { ...oauth },
    reach: reach === undefined ? null : { sandbox: reach.sandbox, folders: reach.folders, hosts: reach.hosts },
    sampling: reach?.samplingTokens ?? 0,
  } as JsonValue);

const oauthLines = (oauth: ServerConfig['oauth']): string[] => [
  ...[oauth?.clientSecret, oauth?.privateKey].flatMap((secret) => (secret === undefined ? [] : [`Sign in with the secret ${secret}`])),
  ...(oauth?.issuer === undefined ? [] : [`Sign in at ${oauth.issuer}`]),
];

function reachLines(
  reach: ServerConfig['reach'],
  containment: { ok: boolean; words: string },
  programs: ProgramFolders | undefined,
): string[] {
  if (!containment.ok) return [containment.words];
  if (reach === undefined) return [];
  if (reach.sandbox === 'off') return ['Without a sandbox, with your own rights: it can read and change whatever you can'];
  return [
    ...reach.folders.map(({ path, write }) => `${write ? 'Read and write' : 'Read'} ${path}`),
    ...(programs?.own ?? []).map((path) => `Read its own program folder ${path}`),
    ...(programs === undefined || programs.path.length === 0 ? [] : [`Read programs on your PATH: ${programs.path.join(', ')}`]),
    ...reach.hosts.map((host) => `Reach ${host === '*' ? 'every public host' : host}`),
  ];
}

/** Folders, reachable hosts and the terminal's program, as far as they are new. A default such as `*` was never the page's idea. */
export function settingsProposal(patch: SettingsPatch, now: Settings): Proposal | undefined {
  const added = (next: readonly string[] | undefined, known: readonly string[]) => (next ?? []).filter((each) => !known.includes(each));
  const shell = patch.terminalShell;
  return make(
    'Change these settings?',
    [
      ...added(patch.folders, now.folders).map((folder) => `File tools may use ${folder}`),
      ...added(patch.allowedHosts, now.allowedHosts).map((host) => `Tools may reach ${host === '*' ? 'every public host' : host}`),
      ...(now.offline && patch.offline === false ? ['Orrery and tool servers may reach the network again'] : []),
      // Fewer days of the record is a wider power too: it takes away what was seen.
      ...(patch.keepAuditDays !== undefined &&
      patch.keepAuditDays !== 0 &&
      (now.keepAuditDays === 0 || patch.keepAuditDays < now.keepAuditDays)
        ? [`The audit log is kept for ${patch.keepAuditDays} days only`]
        : []),
      // So does what could be undone.
      ...(patch.keepChangesDays !== undefined &&
      patch.keepChangesDays !== 0 &&
      (now.keepChangesDays === 0 || patch.keepChangesDays < now.keepChangesDays)
        ? [`Changes can be undone for ${patch.keepChangesDays} days only`]
        : []),
      ...(patch.keepChangesMegabytes !== undefined && patch.keepChangesMegabytes < now.keepChangesMegabytes
        ? [`Only ${patch.keepChangesMegabytes} MB of what was there before changes are kept`]
        : []),
      ...(shell === undefined || shell === now.terminalShell || shell === '' ? [] : [`Terminals run ${shell}`]),
      ...(patch.providers ?? []).flatMap((provider) => providerProposal(provider, now)?.lines ?? []),
    ],
    'Change',
  );
}

/** A secret sent to a model server it is not sent to yet. */
export function providerProposal(config: ProviderConfig, now: Settings): Proposal | undefined {
  const key = config.apiKey;
  const { origin } = new URL(config.baseUrl);
  const isKnown = now.providers.some((each) => each.apiKey === key && new URL(each.baseUrl).origin === origin);
  if (key === undefined || isKnown) return undefined;
  return make('Send a secret to this model server?', [`The secret ${key} goes to ${origin}`], 'Send', true);
}

/** A grant wider than the one before. */
export function grantProposal(who: string, next: Grant, before: Grant): Proposal | undefined {
  const had = new Set(before.tools.filter((each) => each.effect === 'allow').map((each) => `${each.server}.${each.tool}`));
  return make(
    `Let ${quote(who)} do this without asking?`,
    [
      ...next.folders.filter((folder) => !before.folders.includes(folder)).map((folder) => `Use the folder ${folder}`),
      ...next.tools
        .filter((each) => each.effect === 'allow' && !had.has(`${each.server}.${each.tool}`))
        .map((each) => (each.tool === '*' ? `Call every tool of ${each.server}` : `Call ${each.server}.${each.tool}`)),
      ...before.tools
        .filter((each) => each.effect === 'deny' && !next.tools.some((other) => canonicalJson({ ...other }) === canonicalJson({ ...each })))
        .map((each) => `No longer forbidden: ${each.server}.${each.tool}`),
    ],
    'Allow',
  );
}

/** Folders and files that a run would get: those of its grant, and those given for its inputs. */
export function runProposal(
  document: WorkflowDocument,
  inputs: Record<string, JsonValue>,
  grant: Grant,
  known: { folders: readonly string[]; isChosen(path: string): boolean },
): Proposal | undefined {
  const given = document.nodes.flatMap((node) => {
    const { name, type } = node.config as JsonObject;
    if (node.kind !== 'flow.input' || (type !== 'folder' && type !== 'file') || typeof name !== 'string') return [];
    const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  const paths = [...new Set([...grant.folders, ...given])].filter((path) => !known.folders.includes(path) && !known.isChosen(path));
  const tools = grant.tools.filter((each) => each.effect === 'allow').map((each) => `Its agents may call ${each.server}.${each.tool}`);
  return make(
    `Let the run of ${quote(document.name)} use this?`,
    [...paths.map((path) => `Read and write ${path}`), ...tools],
    'Allow',
    true,
  );
}

/** A dialog with too many lines is not shown at all; how many more there are is said, and the page of jobs shows them. */
const maxChanges = 15;
const firstOf = (changes: readonly string[]): string[] =>
  changes.length <= maxChanges
    ? [...changes]
    : [...changes.slice(0, maxChanges), `And ${counted(changes.length - maxChanges, 'more change')}, which its page shows`];

/** A workflow that is to start by itself: always asked for the first time, later only for what is newly allowed, by its grant or its graph. */
export function jobProposal(
  job: { document: WorkflowDocument; when: string; grant: Grant; inputs: Record<string, JsonValue>; changes?: readonly string[] },
  before: Grant | undefined,
  known: { folders: readonly string[]; isChosen(path: string): boolean },
): Proposal | undefined {
  const { document, when, grant, inputs, changes = [] } = job;
  const folders = new Set([...known.folders, ...(before?.folders ?? [])]);
  const run = runProposal(document, inputs, { ...grant, tools: [] }, { ...known, folders: [...folders] });
  const same = (one: object, other: object): boolean => canonicalJson({ ...one }) === canonicalJson({ ...other });
  const isNew = (each: Grant['tools'][number]): boolean =>
    !(before?.tools ?? []).some((old) => same({ ...old, pins: 0 }, { ...each, pins: 0 }));
  const tools = grant.tools
    .filter((each) => each.effect === 'allow' && isNew(each))
    .map(({ server, tool }) => (tool === '*' ? `Call every tool of ${server} without asking` : `Call ${server}.${tool} without asking`));
  const lifted = (before?.tools ?? [])
    .filter(
      (old) =>
        old.effect === 'deny' &&
        !grant.tools.some((each) => each.effect === 'deny' && each.server === old.server && each.tool === old.tool),
    )
    .map((old) => `No longer forbidden: ${old.server}.${old.tool}`);
  const hosts = (grant.hosts ?? [])
    .filter((host) => !(before?.hosts ?? []).includes(host))
    .map((host) => `Reach ${host === '*' ? 'every public host' : host} without asking`);
  return make(
    `Let ${quote(document.name)} start by itself?`,
    [...(before === undefined ? [when] : []), ...(run?.lines ?? []), ...tools, ...lifted, ...hosts, ...firstOf(changes)],
    'Turn on',
  );
}

/** An answer that allows more than the one call it answers, or lets something out that others may have talked an agent into. */
export function answerProposal(request: InboxRequest | undefined, answer: InboxAnswer): Proposal | undefined {
  if (request?.kind !== 'approval' || answer.kind !== 'approval' || answer.answer === 'deny') return undefined;
  if (request.taints !== undefined && request.taints.length > 0)
    return make(
      `${quote(request.action)}?`,
      [
        request.reason,
        ...(request.details ?? []).map(({ label, text }) => `${label}: ${text.slice(0, 500)}`),
        ...(request.details === undefined ? [`${request.server}.${request.tool} ${JSON.stringify(request.args).slice(0, 2000)}`] : []),
      ],
      'Allow once',
    );
  if (answer.answer === 'conversation')
    return make('Allow this in the chat without asking?', [`Call ${request.server}.${request.tool}`], 'Allow in this chat');
  if (answer.answer !== 'always') return undefined;
  const chosen = request.choices?.find((each) => each.id === answer.choice);
  return make('Always allow this without asking?', chosen === undefined ? (request.always ?? []) : [chosen.words], 'Always allow');
}

/** A standing grant from the page: one that allows, or one that no longer forbids. */
export function standingProposal(
  who: string,
  next: { effect: 'allow' | 'deny'; words: string[] } | undefined,
  before: { effect: 'allow' | 'deny'; words: string[] } | undefined,
): Proposal | undefined {
  const allowed = next?.effect === 'allow' ? next.words : [];
  const isSame = before?.effect === 'allow' && before.words.join() === allowed.join();
  const lifted = before?.effect === 'deny' && (next?.effect !== 'deny' || next.words.join() !== before.words.join()) ? before.words : [];
  return make(
    `Let ${quote(who)} do this without asking?`,
    [...(isSame ? [] : allowed), ...lifted.map((line) => `No longer forbidden: ${line}`)],
    'Allow',
  );
}

/** The Node for tool servers: fetched from elsewhere, and it runs servers from then on. */
export const nodeProposal = ({ version, bytes, host }: { version: string; bytes: number; host: string }): Proposal => ({
  title: `Fetch Node ${version} for tool servers?`,
  lines: [`${Math.round(bytes / 1e6)} MB from ${host}`, 'Orrery keeps it for itself; it runs tool servers that need Node'],
  button: 'Fetch',
  lasts: false,
});

/** Newer code of others under a server that is there. */
export const packageProposal = (
  config: Pick<ServerConfig, 'title'>,
  name: string,
  before: string,
  after: string | undefined,
): Proposal => ({
  title: `Update the package of the tool server ${quote(config.title)}?`,
  lines: [`${name} ${before} → ${after ?? 'the newest there is'}`],
  button: 'Update',
  lasts: false,
});

/** A call by hand that hands out secrets. */
export function callProposal(server: string, tool: string, args: JsonObject): Proposal | undefined {
  const secrets = secretNamesIn(args);
  if (secrets.length === 0) return undefined;
  return make(
    `Send ${secrets.length === 1 ? 'a secret' : 'secrets'} to ${server}.${tool}?`,
    [...secrets, JSON.stringify(args).slice(0, 2000)],
    'Send',
  );
}

/** A terminal is everything that the person may do on this machine. */
export const terminalProposal = (shell: string): Proposal => ({
  title: 'Open a terminal in this window?',
  lines: [shell === '' ? 'It runs your usual shell.' : `It runs ${shell}.`, 'What is typed there runs with your own rights.'],
  button: 'Open',
  lasts: true,
});
