// A server that others wrote, as people see it: asked to run or not, its state, its failures, its restarts. Its lives are sessions.

import { AppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ResourceInfo, ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ServerConfig, ServerState, ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { ServerRequests, ToolCallOptions, Vault } from '../../runtime/ports.ts';
import { abortable } from './abortable.ts';
import { AcceptedTools, type DefinitionStore } from './accepted-tools.ts';
import { CallStats } from './call-stats.ts';
import type { Contained } from './contain.ts';
import { Followed } from './followed.ts';
import { type FullLog, openFullLog } from './launch/full-log.ts';
import { type StartFailure, toFailure } from './launch/start-error.ts';
import { type OpenOptions, openSession } from './open-session.ts';
import { type Quarantine, quarantineFailure, strikesAllowed } from './quarantine.ts';
import { ServerLog } from './server-log.ts';
import type { Session, SessionEvents } from './session.ts';
import { SignIn } from './sign-in.ts';
import { StderrRing } from './stderr-ring.ts';
import { afterCrash, type RestartPolicy } from './supervise.ts';
import type { SignInVault } from './token-store.ts';
import type { Answer, FoundTool, QuestionOf, Questions, ServerAbout, ServerAsks, ServerIsTold } from './worker-messages.ts';

export interface ChildServerOptions extends OpenOptions {
  definitions: DefinitionStore;
  /** Looks of the names of Orrery's own tools, which nobody else may take. */
  builtInNames: ReadonlySet<string>;
  vault: Pick<Vault, 'redact'> & SignInVault;
  restarts: RestartPolicy;
  now(): number;
  changed(): void;
  onResource(uri: string): void;
  /** Its tools were listed, now or anew. */
  onListed(config: ServerConfig, tools: FoundTool[]): void;
  /** Who answers what servers ask; undefined before the runtime has said. */
  requests(): ServerRequests | undefined;
}

export class ChildServer {
  readonly #options: ChildServerOptions;
  readonly #log: ServerLog;
  readonly #full: FullLog;
  readonly #ring: StderrRing;
  readonly #followed = new Followed();
  #config: ServerConfig;
  #signIn: SignIn | undefined;
  #state: ServerState = 'stopped';
  #session: Session | undefined;
  #tools: ToolInfo[] = [];
  readonly #accepted: AcceptedTools;
  #quarantine: Quarantine | undefined;
  #contained: Contained | undefined;
  /** Limits of size broken in a row. */
  #strikes = 0;
  #about: ServerAbout | undefined;
  #stats = new CallStats();
  #failure: ServerStatus['failure'];
  #startedAt: number | undefined;
  #restarts = 0;
  #quickCrashes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Its tools are known, and it starts when one of them is called. */
  #isAsleep = false;
  #lists = 0;
  #logLevel: ServerLogLine['level'] | undefined;
  /** Counts up with every start and stop: what an older life reports is no longer heard. */
  #life = 0;
  #settle: (() => void) | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(config: ServerConfig, options: ChildServerOptions) {
    this.#options = options;
    this.#accepted = new AcceptedTools(config.id, options.definitions, options.builtInNames);
    this.#quarantine = options.definitions.quarantine(config.id);
    this.#full = openFullLog(options.dataFolder, config.id, {
      redact: (text) => this.#redact(text),
      now: options.now,
      problem: (text) => options.log.warn(text),
    });
    this.#log = new ServerLog(options.now, (text) => this.#full.line(text));
    this.#ring = new StderrRing((line) => this.#log.add('stderr', 'info', line));
    this.#config = config;
    this.#signIn = this.#makeSignIn();
  }

  get config(): ServerConfig {
    return this.#config;
  }
  /** Only while it is stopped. */
  set config(config: ServerConfig) {
    this.#signIn?.close();
    this.#config = config;
    this.#signIn = this.#makeSignIn();
  }
  get signIn(): SignIn | undefined {
    return this.#signIn;
  }
  get state(): ServerState {
    return this.#state;
  }
  get tools(): ToolInfo[] {
    return this.#tools;
  }

  status(): ServerStatus {
    const pid = this.#session?.pid;
    const redact = (text: string) => this.#redact(text);
    const failure = this.#failure;
    const signIn = this.#signIn?.status();
    const { lines, calls } = { lines: () => this.#ring.newest(200).map(redact), calls: () => this.#stats.get() };
    return {
      id: this.config.id,
      title: this.config.title,
      kind: 'child',
      state: this.#state,
      config: this.config,
      ...(pid === undefined ? {} : { pid }),
      ...(this.#startedAt === undefined ? {} : { startedAt: this.#startedAt }),
      restarts: this.#restarts,
      toolCount: this.#tools.length,
      ...(failure === undefined ? {} : { failure: { ...failure, message: redact(failure.message) } }),
      // Read when they are looked at: most who ask for a status do not.
      get stderr() {
        return lines();
      },
      get calls() {
        return calls();
      },
      logFile: this.#full.path,
      ...(this.#about === undefined ? {} : { about: this.#about }),
      ...(signIn === undefined ? {} : { signIn }),
      ...(this.#isAsleep ? { isAsleep: true } : {}),
      ...(this.#lists === 0 ? {} : { listsChanged: this.#lists }),
      ...containedOf(this.#config, this.#contained),
      ...(this.#quarantine === undefined ? {} : { quarantine: { ...this.#quarantine, reason: redact(this.#quarantine.reason) } }),
      ...(this.#accepted.changes.length === 0 ? {} : { changes: this.#accepted.changes }),
      ...(this.#session?.memory === undefined ? {} : { memory: this.#session.memory }),
    };
  }

  /** Newest last; what a secret's value was is taken out. */
  logs(): ServerLogLine[] {
    return this.#log.newest().map((line) => ({ ...line, text: this.#redact(line.text) }));
  }

  /** Its tools are known from an earlier time: it need not run before one of them is called. */
  sleep(tools: FoundTool[]): void {
    if (this.#state !== 'stopped') return;
    this.#isAsleep = true;
    this.#setTools(tools);
  }

  /**
   * Asked by a person or at the start of the host: forgets old crashes. Resolves when it is ready or has failed. It is starting from now
   * on, and its process is made `after` that.
   */
  async start(after?: Promise<void>): Promise<void> {
    if (this.#state === 'starting') return this.#settled;
    if (this.#state === 'ready') return;
    if (this.#quarantine !== undefined) return this.#fail(quarantineFailure(this.#quarantine));
    clearTimeout(this.#timer);
    this.#quickCrashes = 0;
    this.#restarts = 0;
    await this.#begin(after);
  }

  async stop(): Promise<void> {
    this.#life += 1;
    clearTimeout(this.#timer);
    const session = this.#session;
    this.#session = undefined;
    this.#isAsleep = false;
    this.#signIn?.close();
    this.#set('stopped', undefined);
    await session?.stop();
  }

  /** Throws `server-not-running`, and what the call itself throws. */
  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const session = this.#state === 'ready' && this.#session !== undefined ? this.#session : await this.#running(options.signal);
    const started = performance.now();
    let isFailed = true;
    try {
      const result = await session.call(tool, args, options);
      isFailed = result.isError;
      return result;
    } finally {
      this.#stats.add(performance.now() - started, isFailed);
    }
  }

  /** Anything beside calls. Throws `server-not-running`, `not-offered`, `server-refused`. */
  async ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    const session = await this.#running(signal);
    return session.ask(question, signal);
  }

  async resources(signal: AbortSignal): Promise<ResourceInfo[]> {
    const found = await this.ask({ about: 'resources' }, signal);
    return found.map((each) => ({ ...each, server: this.#config.id, isSubscribed: this.#followed.has(each.uri) }));
  }

  async subscribe(uri: string, signal: AbortSignal): Promise<() => Promise<void>> {
    await this.#running(signal);
    return this.#followed.follow(uri, signal, () => (this.#state === 'ready' ? this.#session : undefined));
  }

  /** Kept for its next lives. */
  async setLogLevel(level: ServerLogLine['level']): Promise<void> {
    await this.ask({ about: 'level', level }, AbortSignal.timeout(30_000));
    this.#logLevel = level;
  }

  /** A person has seen the changed definitions. */
  acceptChanges(): void {
    const tools = this.#accepted.accept(this.#options.now());
    if (this.#tools.length > 0) this.#tools = tools;
    this.#note('Its changed tools were accepted.');
    this.#options.changed();
  }

  /** A person lets it start again. */
  release(): void {
    if (this.#quarantine === undefined) return;
    this.#quarantine = undefined;
    this.#strikes = 0;
    this.#options.definitions.setQuarantine(this.#config.id, undefined);
    if (this.#state === 'failed') this.#set('stopped', undefined);
    this.#options.changed();
  }

  /** The person changed only what it is told of as roots: it goes on. */
  async setRoots(config: ServerConfig): Promise<void> {
    this.#config = config;
    if (this.#state === 'ready')
      await this.#session
        ?.ask({ about: 'roots', roots: config.reach?.roots ?? [] }, AbortSignal.timeout(30_000))
        .catch((error: unknown) => this.#note(`It could not be told of its roots: ${String(error)}`));
    this.#options.changed();
  }

  async #running(signal: AbortSignal): Promise<Session> {
    if (this.#isAsleep && this.#state === 'stopped') void this.start();
    if (this.#state === 'starting') await abortable(this.#settled, signal);
    if (this.#state !== 'ready' || this.#session === undefined) throw this.#notRunning();
    return this.#session;
  }

  #notRunning(): AppError {
    const why = this.#failure?.message ?? `It is ${this.#state}.`;
    return new AppError('server-not-running', `The tool server “${this.config.title}” is not running. ${this.#redact(why)}`, {
      hint:
        this.#state === 'restarting'
          ? 'It is being started again; try in a moment.'
          : (this.#failure?.hint ?? 'Start it on the Tools page.'),
      retryable: this.#state === 'restarting',
    });
  }

  async #begin(after?: Promise<void>): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const settled = this.#settled;
    this.#set('starting', undefined);
    this.#full.begin(this.#config);
    try {
      await after;
      if (life !== this.#life) return;
      const session = await openSession(
        this.#config,
        this.#options,
        {
          ring: this.#ring,
          signIn: this.#signIn,
          full: this.#full,
          contained: (contained) => {
            this.#contained = contained;
          },
        },
        this.#events(life),
      );
      if (life === this.#life) this.#session = session;
      else await session.stop();
      this.#options.changed();
    } catch (error) {
      if (life === this.#life) this.#fail(toFailure(error));
    }
    await settled;
  }

  /** What a life reports, heard only while it is the present one. */
  #events(life: number): SessionEvents {
    const isNow = () => life === this.#life;
    return {
      onOutput: this.#options.changed,
      onReady: (tools, about) => isNow() && this.#becomeReady(tools, about),
      onTools: (tools) => isNow() && this.#listed(tools),
      onLog: (level, text) => {
        this.#log.add('server', level, text);
        this.#options.changed();
      },
      onResource: (uri) => isNow() && this.#options.onResource(uri),
      // Resources and prompts are read when they are looked at; whoever looks now is told to look again.
      onLists: () => {
        this.#lists += 1;
        this.#options.changed();
      },
      onEnd: (failure) => isNow() && failure !== undefined && this.#ended(failure),
      asks: (asks, options) => this.#passOn(asks, options),
    };
  }

  async #passOn(asks: ServerAsks, { signal, call }: { signal: AbortSignal; call: ToolCallOptions | undefined }): Promise<ServerIsTold> {
    const requests = this.#options.requests();
    if (requests === undefined) throw new AppError('not-offered', 'Nobody here answers what this server asks.');
    const { id } = this.#config;
    this.#note(asks.what === 'sample' ? 'It asks for a reply of a model.' : 'It asks the person something.');
    if (asks.what === 'sample') return requests.sample(id, asks.request, signal);
    return requests.elicit(id, asks.request, { signal, ...(call === undefined ? {} : { source: call.source }) });
  }

  #becomeReady(tools: FoundTool[], about: ServerAbout): void {
    this.#startedAt = this.#options.now();
    this.#about = about;
    this.#isAsleep = false;
    this.#stats = new CallStats();
    this.#log.add('host', 'info', `It runs: ${about.name} ${about.version}, MCP ${about.protocol}.`);
    this.#listed(tools);
    this.#set('ready', undefined);
    // Its session is only known when the start has come back to us.
    queueMicrotask(() => this.#session !== undefined && void this.#goOn(this.#session));
  }

  /** What an earlier life was told. */
  async #goOn(session: Session): Promise<void> {
    await this.#followed.again(session, (text) => this.#note(text));
    if (this.#logLevel !== undefined)
      await session
        .ask({ about: 'level', level: this.#logLevel }, AbortSignal.timeout(30_000))
        .catch((error: unknown) => this.#note(`The level of its log could not be set again: ${String(error)}`));
  }

  #makeSignIn(): SignIn | undefined {
    const { url } = this.#config;
    if ((this.#config.transport ?? 'stdio') === 'stdio' || url === undefined || !URL.canParse(url)) return undefined;
    return new SignIn({
      ...this.#options,
      config: { ...this.#config, url },
      timeMs: this.#options.times.signInMs,
      note: (level, text) => this.#log.add('host', level, text),
    });
  }

  #note(text: string): void {
    this.#log.add('host', 'info', text);
    this.#options.changed();
  }

  #redact(text: string): string {
    const clean = this.#options.vault.redact(text);
    return this.#signIn?.redact(clean) ?? clean;
  }

  #listed(tools: FoundTool[]): void {
    this.#setTools(tools);
    this.#options.onListed(this.#config, tools);
  }

  #setTools(tools: FoundTool[]): void {
    this.#tools = this.#accepted.take(tools, this.#options.now(), (text) => this.#note(text));
    this.#options.changed();
  }

  #ended(failure: StartFailure): void {
    const wasReady = this.#state === 'ready';
    const uptime = wasReady && this.#startedAt !== undefined ? this.#options.now() - this.#startedAt : 0;
    this.#session = undefined;
    this.#startedAt = undefined;
    this.#options.log.warn('A tool server ended', { server: this.config.id, cause: failure.cause });
    // A first start that fails is a mistake to mend, and what was ended for its behaviour does not get another chance.
    const isRestart = this.#restarts > 0;
    if (this.#isSetAside(failure)) return;
    const isCrash = failure.cause === 'exited' || (wasReady && failure.cause === 'timed-out');
    if (!isCrash || (!wasReady && !isRestart)) {
      this.#fail(failure);
      return;
    }
    const next = afterCrash(this.#quickCrashes, uptime, this.#options.restarts);
    this.#quickCrashes = next.quickCrashes;
    if (next.action === 'give-up') {
      this.#fail({
        ...failure,
        message: `It crashed ${next.quickCrashes} times in a row. ${failure.message}`,
        hint: `${failure.hint} Then start it again.`,
      });
      return;
    }
    const retryAt = this.#options.now() + next.waitMs;
    this.#set('restarting', { ...failure, at: this.#options.now(), retryAt });
    const life = this.#life;
    this.#timer = setTimeout(() => {
      if (life !== this.#life) return;
      this.#restarts += 1;
      void this.#begin();
    }, next.waitMs);
  }

  /** What broke a hard rule stays down over restarts; so does what runs into the same limit again and again. */
  #isSetAside(failure: StartFailure): boolean {
    this.#strikes = failure.cause === 'too-big' ? this.#strikes + 1 : 0;
    if (failure.cause !== 'quarantined' && this.#strikes < strikesAllowed) return false;
    const quarantine = { reason: failure.message, at: this.#options.now() };
    this.#quarantine = quarantine;
    this.#options.definitions.setQuarantine(this.#config.id, quarantine);
    this.#options.log.warn('A tool server was set aside', { server: this.#config.id, reason: failure.message });
    this.#fail({ ...failure, cause: 'quarantined', message: `It was set aside. ${failure.message}` });
    return true;
  }

  #fail(failure: StartFailure): void {
    this.#full.failed(failure);
    this.#session = undefined;
    this.#tools = [];
    this.#set('failed', { ...failure, at: this.#options.now() });
  }

  #set(state: ServerState, failure: ServerStatus['failure']): void {
    if (failure !== undefined) this.#log.add('host', 'error', `${failure.message} ${failure.hint}`);
    else if (state !== this.#state && state !== 'ready') this.#log.add('host', 'info', `It is ${state}.`);
    this.#state = state;
    this.#failure = failure;
    if (state === 'stopped') this.#tools = [];
    if (state === 'stopped' || state === 'failed') this.#startedAt = undefined;
    if (state !== 'starting') {
      this.#settle?.();
      this.#settle = undefined;
    }
    this.#options.changed();
  }
}

function containedOf(config: ServerConfig, contained: Contained | undefined): Pick<ServerStatus, 'contained'> {
  if (contained !== undefined) return { contained };
  const { url, transport = 'stdio' } = config;
  if (transport === 'stdio' || url === undefined || !URL.canParse(url)) return {};
  return { contained: { kind: 'remote', words: `It runs elsewhere, at ${new URL(url).host}, and touches nothing on this machine.` } };
}
