// A server that others wrote, as people see it: asked to run or not, its state, its failures, its restarts. Its lives are sessions.

import { AppError, fromShape } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ResourceInfo, ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ServerConfig, ServerState, ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { ServerRequests, ToolCallOptions, Vault } from '../../runtime/ports.ts';
import { abortable } from './abortable.ts';
import { AcceptedTools, type DefinitionStore } from './accepted-tools.ts';
import { CallStats } from './call-stats.ts';
import { childStatus } from './child-status.ts';
import { cleanSaid, cleanTools } from './clean-said.ts';
import type { Contained } from './contain.ts';
import { type StartFailure, toFailure } from './launch/start-error.ts';
import { type OpenOptions, openSession } from './open-session.ts';
import { quarantineFailure } from './quarantine.ts';
import { passOnAsks } from './server-asks.ts';
import type { ServerMemory } from './server-memory.ts';
import { ServerRecord } from './server-record.ts';
import type { Session, SessionEvents } from './session.ts';
import { Setbacks } from './setbacks.ts';
import { type SignIn, signInOf } from './sign-in.ts';
import type { StartRecord } from './start-record.ts';
import type { RestartPolicy } from './supervise.ts';
import type { SignInVault } from './token-store.ts';
import { ToldAgain } from './told-again.ts';
import type { Answer, FoundTool, QuestionOf, Questions, ServerAbout } from './worker-messages.ts';

export interface ChildServerOptions extends OpenOptions {
  definitions: DefinitionStore;
  /** Looks of the names of Orrery's own tools, which nobody else may take. */
  builtInNames: ReadonlySet<string>;
  vault: Pick<Vault, 'redact'> & SignInVault;
  restarts: RestartPolicy;
  now(): number;
  changed(): void;
  onResource(uri: string): void;
  /** How servers of these settings started the last time. */
  memory: ServerMemory;
  /** Who answers what servers ask; undefined before the runtime has said. */
  requests(): ServerRequests | undefined;
}

export class ChildServer {
  readonly #options: ChildServerOptions;
  readonly #record: ServerRecord;
  readonly #told = new ToldAgain();
  #config: ServerConfig;
  #signIn: SignIn | undefined;
  #state: ServerState = 'stopped';
  #session: Session | undefined;
  #tools: ToolInfo[] = [];
  readonly #accepted: AcceptedTools;
  readonly #setbacks: Setbacks;
  #contained: Contained | undefined;
  #about: ServerAbout | undefined;
  #stats = new CallStats();
  #failure: ServerStatus['failure'];
  #startedAt: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Its tools are known, and it starts when one of them is called. */
  #isAsleep = false;
  #lists = 0;
  /** Counts up with every start and stop: what an older life reports is no longer heard. */
  #life = 0;
  /** Ends what is still being found out or installed for a start. */
  #planning: AbortController | undefined;
  #settle: (() => void) | undefined;
  /** Of lives that were stopped. */
  #ends: Promise<unknown> = Promise.resolve();
  #settled: Promise<void> = Promise.resolve();

  constructor(config: ServerConfig, options: ChildServerOptions) {
    this.#options = options;
    this.#accepted = new AcceptedTools(config.id, options.definitions, options.builtInNames);
    this.#setbacks = new Setbacks(config.id, options.definitions, options.restarts);
    this.#record = new ServerRecord(config.id, { ...options, redactMore: (text) => this.#signIn?.redact(text) ?? text });
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
    return childStatus({
      config: this.config,
      state: this.#state,
      session: this.#session,
      startedAt: this.#startedAt,
      restarts: this.#setbacks.restarts,
      toolCount: this.#tools.length,
      failure: this.#failure,
      ring: this.#record.ring,
      // As they are when they are looked at: a new life begins with new ones.
      stats: { get: () => this.#stats.get() },
      logFile: this.#record.full.path,
      about: this.#about,
      signIn: this.#signIn?.status(),
      isAsleep: this.#isAsleep,
      lists: this.#lists,
      contained: this.#contained,
      quarantine: this.#setbacks.quarantine,
      changes: this.#accepted.changes,
      redact: (text) => this.#record.redact(text),
    });
  }

  /** Newest last; what a secret's value was is taken out. */
  logs(): ServerLogLine[] {
    return this.#record.lines();
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
    const { quarantine } = this.#setbacks;
    if (quarantine !== undefined) return this.#fail(quarantineFailure(quarantine));
    clearTimeout(this.#timer);
    this.#setbacks.forget();
    await this.#begin(after);
  }

  async stop(): Promise<void> {
    this.#life += 1;
    this.#planning?.abort();
    clearTimeout(this.#timer);
    const session = this.#session;
    this.#session = undefined;
    this.#isAsleep = false;
    this.#signIn?.close();
    this.#set('stopped', undefined);
    // Whoever asks a second time waits for the same end.
    if (session !== undefined) this.#ends = Promise.all([this.#ends, session.stop()]);
    await this.#ends;
  }

  /** Throws `server-not-running`, and what the call itself throws. */
  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const session = this.#state === 'ready' && this.#session !== undefined ? this.#session : await this.#running(options.signal);
    const started = performance.now();
    let isFailed = true;
    try {
      const result = await session.call(tool, args, this.#withCleanProgress(options));
      isFailed = result.isError;
      return result;
    } catch (error) {
      throw this.#cleanError(error);
    } finally {
      this.#stats.add(performance.now() - started, isFailed);
    }
  }

  /** Anything beside calls. Throws `server-not-running`, `not-offered`, `server-refused`. */
  async ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    const session = await this.#running(signal);
    const answer = await session.ask(question, signal).catch((error: unknown) => {
      throw this.#cleanError(error);
    });
    // What it reads and what it says in a prompt is cleaned where it is known what is text in it, like the results of its tools.
    return question.about === 'read' || question.about === 'prompt' ? answer : this.#clean(answer);
  }

  async resources(signal: AbortSignal): Promise<ResourceInfo[]> {
    const found = await this.ask({ about: 'resources' }, signal);
    return found.map((each) => ({ ...each, server: this.#config.id, isSubscribed: this.#told.followed.has(each.uri) }));
  }

  async subscribe(uri: string, signal: AbortSignal): Promise<() => Promise<void>> {
    await this.#running(signal);
    return this.#told.followed
      .follow(uri, signal, () => (this.#state === 'ready' ? this.#session : undefined))
      .catch((error: unknown) => {
        throw this.#cleanError(error);
      });
  }

  /** Kept for its next lives. */
  async setLogLevel(level: ServerLogLine['level']): Promise<void> {
    await this.ask({ about: 'level', level }, AbortSignal.timeout(30_000));
    this.#told.logLevel = level;
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
    if (!this.#setbacks.release()) return;
    if (this.#state === 'failed') this.#set('stopped', undefined);
    this.#options.changed();
  }

  /** The person changed only what it is told of as roots, or how many tokens it may use: it goes on. */
  async takeOver(config: ServerConfig): Promise<void> {
    const isToldAnew = JSON.stringify(this.#config.reach?.roots) !== JSON.stringify(config.reach?.roots);
    this.#config = config;
    // Before it is told: what it may use holds at once.
    this.#options.changed();
    if (isToldAnew && this.#state === 'ready')
      await this.#session
        ?.ask({ about: 'roots', roots: config.reach?.roots ?? [] }, AbortSignal.timeout(30_000))
        .catch((error: unknown) => this.#note(`It could not be told of its roots: ${String(error)}`));
  }

  async #running(signal: AbortSignal): Promise<Session> {
    if (this.#isAsleep && this.#state === 'stopped') void this.start();
    if (this.#state === 'starting') await abortable(this.#settled, signal);
    if (this.#state !== 'ready' || this.#session === undefined) throw this.#notRunning();
    return this.#session;
  }

  #notRunning(): AppError {
    const why = this.#failure?.message ?? `It is ${this.#state}.`;
    return new AppError('server-not-running', `The tool server “${this.config.title}” is not running. ${this.#record.redact(why)}`, {
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
    this.#record.begin(this.#config);
    const planning = new AbortController();
    this.#planning = planning;
    try {
      await after;
      if (life !== this.#life) return;
      const session = await openSession(
        this.#config,
        this.#options,
        {
          ring: this.#record.ring,
          signIn: this.#signIn,
          signal: planning.signal,
          full: this.#record.full,
          known: this.#options.memory.knownStart(this.#config),
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
      onReady: (tools, about, start) => isNow() && this.#becomeReady(tools, this.#clean(about), start),
      onTools: (tools) => isNow() && this.#listed(this.#cleanTools(tools)),
      onLog: (level, text) => {
        this.#record.said(level, text);
        this.#options.changed();
      },
      onResource: (uri) => isNow() && this.#options.onResource(this.#clean(uri)),
      // Resources and prompts are read when they are looked at; whoever looks now is told to look again.
      onLists: () => {
        this.#lists += 1;
        this.#options.changed();
      },
      onEnd: (failure) => isNow() && failure !== undefined && this.#ended(failure),
      asks: (asks, options) => {
        this.#note(asks.what === 'sample' ? 'It asks for a reply of a model.' : 'It asks the person something.');
        return passOnAsks(this.#options.requests(), this.#config.id, this.#clean(asks), options);
      },
    };
  }

  #becomeReady(said: FoundTool[], about: ServerAbout, start: StartRecord | undefined): void {
    const tools = this.#cleanTools(said);
    // A start that holds a secret is kept in no form, not by its fingerprint either, and is read in full each time.
    const isKept = start !== undefined && tools === said && this.#clean(start) === start;
    this.#startedAt = this.#options.now();
    this.#about = about;
    this.#isAsleep = false;
    this.#stats = new CallStats();
    this.#record.note('info', `It runs: ${about.name} ${about.version}, MCP ${about.protocol}.`);
    this.#listed(tools, isKept ? start : undefined);
    this.#set('ready', undefined);
    // Its session is only known when the start has come back to us.
    queueMicrotask(() => this.#session !== undefined && void this.#told.again(this.#session, (text) => this.#note(text)));
  }

  /** The secrets that it was given are taken out of what it says of itself and asks: models and pages read it, and it is kept. */
  #clean<T>(value: T): T {
    return cleanSaid(value, (text) => this.#record.redact(text));
  }

  #cleanTools(tools: FoundTool[]): FoundTool[] {
    return cleanTools(
      tools,
      (text) => this.#record.redact(text),
      () => this.#note('One of its tools was left out: its name holds a secret.'),
    );
  }

  #cleanError(error: unknown): unknown {
    if (!(error instanceof AppError)) return error;
    const shape = error.toJSON();
    const clean = this.#clean(shape);
    return clean === shape ? error : fromShape({ ...clean, code: shape.code });
  }

  #withCleanProgress(options: ToolCallOptions): ToolCallOptions {
    const { onProgress } = options;
    if (onProgress === undefined) return options;
    return {
      ...options,
      onProgress: ({ note, ...at }) => onProgress(note === undefined ? at : { ...at, note: this.#record.redact(note) }),
    };
  }

  #makeSignIn(): SignIn | undefined {
    return signInOf(this.#config, {
      ...this.#options,
      timeMs: this.#options.times.signInMs,
      note: (level, text) => this.#record.note(level, text),
    });
  }

  #note(text: string): void {
    this.#record.note('info', text);
    this.#options.changed();
  }

  #listed(tools: FoundTool[], start?: StartRecord): void {
    this.#setTools(tools);
    this.#options.memory.keep(this.#config, tools, start);
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
    // Whatever it was, its next start is read word by word.
    this.#options.memory.forgetStart(this.#config);
    this.#options.log.warn('A tool server ended', { server: this.config.id, cause: failure.cause });
    const next = this.#setbacks.after(failure, { wasReady, uptime, at: this.#options.now() });
    if (next.kind === 'set-aside') this.#options.log.warn('A tool server was set aside', { server: this.config.id, reason: next.reason });
    if (next.kind !== 'restart') {
      this.#fail(next.failure);
      return;
    }
    const retryAt = this.#options.now() + next.waitMs;
    this.#set('restarting', { ...failure, at: this.#options.now(), retryAt });
    const life = this.#life;
    this.#timer = setTimeout(() => {
      if (life !== this.#life) return;
      this.#setbacks.restarted();
      void this.#begin();
    }, next.waitMs);
  }

  #fail(failure: StartFailure): void {
    this.#record.failed(failure);
    this.#session = undefined;
    this.#tools = [];
    this.#set('failed', { ...failure, at: this.#options.now() });
  }

  #set(state: ServerState, failure: ServerStatus['failure']): void {
    if (failure !== undefined) this.#record.note('error', `${failure.message} ${failure.hint}`);
    else if (state !== this.#state && state !== 'ready') this.#record.note('info', `It is ${state}.`);
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
