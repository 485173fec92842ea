// One life of one child-process server: its process (owned here, on the main side) and its worker, from start to end. Ends
// once, whatever the reason, and leaves nothing of either.

import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { Log, ToolCallOptions } from '../../runtime/ports.ts';
import { signalGroup, startProcess, stopProcess } from './child-process.ts';
import type { ContainedPlan } from './contain.ts';
import { diagnose, notMessages } from './launch/diagnose.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits, type ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import { attack } from './quarantine.ts';
import { namingRefused, type RefusedHosts, startRefused, withRefused } from './refused-hosts.ts';
import type { Session, SessionEvents } from './session.ts';
import type { StderrRing } from './stderr-ring.ts';
import { UnreadInput } from './unread-input.ts';
import { type Watchdog, type WatchLimits, watchServer } from './watchdog.ts';
import { type KnownServer, WorkerLink } from './worker-link.ts';
import type { Answer, QuestionOf, Questions } from './worker-messages.ts';

/** What is under way goes out in so many writes, more or less: fewer, and server and host wait for each other; more, and each reads and writes more often. */
const writesAround = 4;

export interface ChildSessionOptions extends SessionEvents {
  plan: ContainedPlan;
  /** Its own, looked at for how much it keeps. */
  folder: string;
  watch: WatchLimits;
  /** What it tried to reach from its sandbox and did not. */
  refused: RefusedHosts;
  version: string;
  roots: readonly string[];
  /** How its last start went. */
  known: KnownServer | undefined;
  times: ToolHostTimes;
  guard: ProcessGuard;
  ring: StderrRing;
  log: Log;
}

export class ChildSession implements Session {
  readonly #options: ChildSessionOptions;
  readonly #child: ChildProcess;
  readonly #link: WorkerLink;
  #ready = false;
  /** The beginning of stdout, as text: the worker may not have read it when the process ends at once. */
  #stdoutHead = '';
  /** The end of what this life said; the ring holds earlier ones too. */
  #stderr = '';
  readonly #began = performance.now();
  #badLines = 0;
  #sinceNewline = 0;
  #lines: string[] = [];
  readonly #input: UnreadInput | undefined;
  #timers: NodeJS.Timeout[] = [];
  #watchdog: Watchdog | undefined;
  #pings: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #ending: Promise<void> | undefined;

  /** Throws StartError when the process cannot be made. */
  static async start(options: ChildSessionOptions): Promise<ChildSession> {
    const child = await startProcess(options.plan).catch((error: unknown) => {
      options.plan.done?.();
      throw error;
    });
    return new ChildSession(options, child);
  }

  private constructor(options: ChildSessionOptions, child: ChildProcess) {
    this.#options = options;
    this.#child = child;
    if (child.pid !== undefined) options.guard.add(child.pid);
    const unread = {
      cause: 'unknown' as const,
      message: 'It was ended because it no longer reads what it is sent.',
      hint: 'Start it again.',
    };
    this.#input = child.stdin === null ? undefined : new UnreadInput(child.stdin, options.times.hangMs * 2, () => this.#end(unread));
    const { version, times, roots } = options;
    this.#link = new WorkerLink(
      { version, roots, carrier: { kind: 'pipes' }, startMs: times.startMs, callMs: times.callMs, hangMs: times.hangMs },
      {
        write: (text) => this.#write(text),
        ready: (tools, about, start) => {
          this.#ready = true;
          for (const timer of this.#timers) clearTimeout(timer);
          this.#ask();
          options.onReady(tools, about, start);
        },
        tools: options.onTools,
        note: (text) => this.#note(text),
        badLine: (line) => this.#takeBadLine(line),
        log: options.onLog,
        resource: options.onResource,
        lists: options.onLists,
        asks: options.asks,
        drained: () => child.stdout?.resume(),
        broken: (failure) => this.#end(this.#withRefused(failure)),
        fault: (error) => options.log.error('A fault while a tool server was heard', { error: String((error as Error).stack ?? error) }),
        // Its pipes are all it has.
        http: () => undefined,
        httpTaken: () => undefined,
        httpStop: () => undefined,
      },
      options.known,
    );
    this.#listen();
    this.#watch();
    this.#link.begin();
    this.#after(times.startMs, () => this.#end(this.#why(null, null)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const called = this.#link.call(tool, args, options);
    return this.#isContained ? withRefused(called, this.#options.refused) : called;
  }

  ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    const asked = this.#link.ask(question, signal);
    const { refused } = this.#options;
    return this.#isContained ? namingRefused(asked, refused, refused.mark) : asked;
  }

  /** Only then what it tries to reach is known here. */
  get #isContained(): boolean {
    return this.#options.plan.closed !== undefined;
  }

  get memory(): number | undefined {
    return this.#watchdog?.memory;
  }

  /** Ends it for what was seen of it from outside. */
  breakOff(failure: StartFailure): void {
    this.#end(failure);
  }

  async stop(): Promise<void> {
    this.#end(undefined);
    await this.#ending;
  }

  #listen(): void {
    const { ring, onOutput, log } = this.#options;
    const decoder = new StringDecoder('utf8');
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#takeOutput(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      ring.write(chunk);
      this.#stderr = (this.#stderr + decoder.write(chunk)).slice(-65_536);
      onOutput();
    });
    // The process's end follows and says more than a broken pipe.
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      stream?.on('error', (error) => log.debug('A pipe of a tool server broke', { error: String(error) }));
    // `exit` may come before its last words on stderr, and before the worker has read its last line.
    this.#child.once('exit', (code, signal) => {
      const settle = () => this.#end(this.#why(code, signal));
      const timer = setTimeout(settle, 500);
      this.#child.once('close', () => {
        clearTimeout(timer);
        this.#after(50, settle);
      });
    });
  }

  #watch(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const { folder, watch } = this.#options;
    this.#watchdog = watchServer({
      pid,
      folder,
      limits: watch,
      isIdle: () => this.#ready && this.#link.isIdle,
      onBreak: ({ message, hint, isAttack }) => this.#end(isAttack ? attack(message, hint) : { cause: 'timed-out', message, hint }),
    });
  }

  /** Asks now and then whether it is still there; not while it has work, which may keep it from answering. */
  #ask(): void {
    const { pingMs } = this.#options.times;
    this.#pings = setInterval(() => {
      if (!this.#link.isIdle || this.#ending !== undefined) return;
      const late = AbortSignal.timeout(pingMs * 0.9);
      const answered = () => {
        this.#unanswered = 0;
      };
      this.#link.ask({ about: 'alive' }, late).then(answered, () => {
        // It has ended, which is told elsewhere; or it refused, which is an answer.
        if (!late.aborted) return answered();
        // A call came meanwhile, whose own time decides.
        if (!this.#link.isIdle) return;
        this.#unanswered += 1;
        if (this.#unanswered >= 2)
          this.#end({ cause: 'timed-out', message: 'It was ended because it no longer answered.', hint: 'Look at its output below.' });
      });
    }, pingMs);
    this.#pings.unref();
  }

  #takeOutput(chunk: Buffer): void {
    if (!this.#ready && this.#stdoutHead.length < 8_192) this.#stdoutHead += chunk.toString('utf8', 0, 8_192);
    const newline = chunk.lastIndexOf(10);
    // Only an upper bound is needed: a chunk is at most 64 KB, so the part before its first newline is checked as well.
    const first = newline === -1 ? chunk.length : chunk.indexOf(10);
    if (this.#sinceNewline + first > limits.messageBytes) {
      this.#end({
        cause: 'too-big',
        message: 'It was ended because it sent a message larger than 4 MB.',
        hint: 'Ask its tools for less at a time, then start it again.',
      });
      return;
    }
    this.#sinceNewline = newline === -1 ? this.#sinceNewline + chunk.length : chunk.length - newline - 1;
    if (this.#ending === undefined && !this.#link.push(chunk)) this.#child.stdout?.pause();
  }

  /** Some lines share a write, but not all that are under way: the server works on the first while the next are made ready. */
  #write(text: string): void {
    const held = this.#lines.push(text);
    if (held * writesAround >= this.#link.underWay) this.#flush();
    else if (held === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('');
    this.#lines = [];
    if (this.#ending === undefined && this.#child.stdin?.writable === true) this.#input?.write(text);
  }

  #note(text: string): void {
    this.#options.ring.note('warn', text);
    this.#options.onOutput();
  }

  #takeBadLine(line: string): void {
    this.#badLines += 1;
    if (this.#badLines <= 20) this.#note(`Not an MCP message, on stdout: ${line}`);
    if (this.#badLines > 1 || this.#ready) return;
    // Some packages print a greeting first, so a proper message may still come.
    this.#after(this.#options.times.badLineGraceMs, () => this.#end(this.#why(null, null)));
  }

  #after(ms: number, run: () => void): void {
    if (this.#ending === undefined) this.#timers.push(setTimeout(run, ms));
  }

  #end(failure: StartFailure | undefined): void {
    this.#ending ??= (async () => {
      for (const timer of this.#timers) clearTimeout(timer);
      clearInterval(this.#pings);
      this.#input?.close();
      this.#watchdog?.stop();
      const { guard, log, times, onEnd } = this.#options;
      if (failure !== undefined) signalGroup(this.#child, 'SIGKILL', log);
      await Promise.all([this.#link.close(failure), stopProcess(this.#child, times.stopStepMs, log)]);
      if (this.#child.pid !== undefined) guard.remove(this.#child.pid);
      this.#options.plan.done?.();
      await this.#options.plan.release();
      onEnd(failure);
    })().catch((error: unknown) => this.#options.log.error('A tool server could not be ended cleanly', { error: String(error) }));
  }

  /** Both null: it still runs. */
  #why(exitCode: number | null, signal: string | null): StartFailure {
    const failure = diagnose({
      plan: this.#options.plan.original,
      ...(this.#options.plan.closed === undefined ? {} : { closed: this.#options.plan.closed }),
      exitCode,
      signal,
      stderr: this.#stderr,
      stdoutHead: notMessages(this.#stdoutHead),
      elapsedMs: performance.now() - this.#began,
      wasReady: this.#ready,
    });
    return this.#withRefused(failure);
  }

  #withRefused(failure: StartFailure): StartFailure {
    return this.#ready || !this.#isContained ? failure : startRefused(failure, this.#options.refused, this.#stderr);
  }
}
