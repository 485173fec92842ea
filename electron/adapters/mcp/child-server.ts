// A child-process server as people see it: asked to run or not, its state, its failures, its restarts. Its lives are sessions.

import { AppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerConfig, ServerState, ServerStatus, ToolInfo, ToolResult } from '../../../shared/model/tool.ts';
import type { Log, ToolCallOptions, Vault } from '../../runtime/ports.ts';
import { ChildSession } from './child-session.ts';
import { planLaunch } from './launch/launch.ts';
import { limits, type ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import { type StartFailure, toFailure } from './launch/start-error.ts';
import { StderrRing } from './stderr-ring.ts';
import { afterCrash, type RestartPolicy } from './supervise.ts';
import type { FoundTool } from './worker-messages.ts';

export interface ChildServerOptions {
  vault: Pick<Vault, 'reveal' | 'redact'>;
  dataFolder: string;
  version: string;
  times: ToolHostTimes;
  restarts: RestartPolicy;
  guard: ProcessGuard;
  log: Log;
  now(): number;
  changed(): void;
}

export class ChildServer {
  config: ServerConfig;
  readonly #options: ChildServerOptions;
  readonly #ring = new StderrRing();
  #state: ServerState = 'stopped';
  #session: ChildSession | undefined;
  #tools: ToolInfo[] = [];
  #failure: ServerStatus['failure'];
  #startedAt: number | undefined;
  #restarts = 0;
  #quickCrashes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Counts up with every start and stop: what an older life reports is no longer heard. */
  #life = 0;
  #settle: (() => void) | undefined;
  #settled: Promise<void> = Promise.resolve();

  constructor(config: ServerConfig, options: ChildServerOptions) {
    this.config = config;
    this.#options = options;
  }

  get state(): ServerState {
    return this.#state;
  }
  get tools(): ToolInfo[] {
    return this.#tools;
  }

  status(): ServerStatus {
    const pid = this.#session?.pid;
    const redact = (text: string) => this.#options.vault.redact(text);
    const failure = this.#failure;
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
      stderr: this.#ring.newest(200).map(redact),
    };
  }

  /** Asked by a person or at the start of the host: forgets old crashes. Resolves when it is ready or has failed. */
  async start(): Promise<void> {
    if (this.#state === 'starting') return this.#settled;
    if (this.#state === 'ready') return;
    clearTimeout(this.#timer);
    this.#quickCrashes = 0;
    this.#restarts = 0;
    await this.#begin();
  }

  async stop(): Promise<void> {
    this.#life += 1;
    clearTimeout(this.#timer);
    const session = this.#session;
    this.#session = undefined;
    this.#set('stopped', undefined);
    await session?.stop();
  }

  /** Throws `server-not-running`, and what the call itself throws. */
  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    if (this.#state === 'starting') await abortable(this.#settled, options.signal);
    const session = this.#session;
    if (this.#state !== 'ready' || session === undefined) throw this.#notRunning();
    if (JSON.stringify(args).length > limits.messageBytes / 2)
      throw new AppError('tool-input-too-large', 'What is to be sent to the tool is larger than 2 MB.', { hint: 'Send less at a time.' });
    return session.call(tool, args, options);
  }

  #notRunning(): AppError {
    const why = this.#failure?.message ?? `It is ${this.#state}.`;
    return new AppError('server-not-running', `The tool server “${this.config.title}” is not running. ${this.#options.vault.redact(why)}`, {
      hint:
        this.#state === 'restarting'
          ? 'It is being started again; try in a moment.'
          : (this.#failure?.hint ?? 'Start it on the Tools page.'),
      retryable: this.#state === 'restarting',
    });
  }

  async #begin(): Promise<void> {
    this.#life += 1;
    const life = this.#life;
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const settled = this.#settled;
    this.#set('starting', undefined);
    try {
      const plan = await planLaunch(this.config, this.#options);
      if (life !== this.#life) return;
      const session = await ChildSession.start({
        ...this.#options,
        plan,
        ring: this.#ring,
        onOutput: this.#options.changed,
        onReady: (tools) => life === this.#life && this.#becomeReady(tools),
        onTools: (tools) => life === this.#life && this.#setTools(tools),
        onEnd: (failure) => life === this.#life && failure !== undefined && this.#ended(failure),
      });
      if (life === this.#life) this.#session = session;
      else await session.stop();
      this.#options.changed();
    } catch (error) {
      if (life === this.#life) this.#fail(toFailure(error));
    }
    await settled;
  }

  #becomeReady(tools: FoundTool[]): void {
    this.#startedAt = this.#options.now();
    this.#setTools(tools);
    this.#set('ready', undefined);
  }

  #setTools(tools: FoundTool[]): void {
    this.#tools = tools.map((tool) => ({ ...tool, server: this.config.id }));
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
    if (failure.cause !== 'exited' || (!wasReady && !isRestart)) {
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

  #fail(failure: StartFailure): void {
    this.#session = undefined;
    this.#tools = [];
    this.#set('failed', { ...failure, at: this.#options.now() });
  }

  #set(state: ServerState, failure: ServerStatus['failure']): void {
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

/** Waits, but no longer than the caller does. */
async function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw new AppError('cancelled', 'The tool call was stopped.');
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new AppError('cancelled', 'The tool call was stopped.'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
