// One life of one child-process server: its process (owned here, on the main side) and its worker, from start to end. Ends
// once, whatever the reason, and leaves nothing of either.

import type { ChildProcess } from 'node:child_process';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolResult } from '../../../shared/model/tool.ts';
import type { Log, ToolCallOptions } from '../../runtime/ports.ts';
import { signalGroup, startProcess, stopProcess } from './child-process.ts';
import type { LaunchPlan } from './launch/launch.ts';
import { limits, type ToolHostTimes } from './limits.ts';
import type { ProcessGuard } from './process-guard.ts';
import type { StartFailure } from './launch/start-error.ts';
import type { StderrRing } from './stderr-ring.ts';
import { WorkerLink } from './worker-link.ts';
import type { FoundTool } from './worker-messages.ts';

export interface SessionOptions {
  plan: LaunchPlan;
  version: string;
  times: ToolHostTimes;
  guard: ProcessGuard;
  ring: StderrRing;
  log: Log;
  onReady(tools: FoundTool[]): void;
  onTools(tools: FoundTool[]): void;
  onOutput(): void;
  /** Once, when process and worker are gone. No failure when it was stopped on purpose. */
  onEnd(failure: StartFailure | undefined): void;
}

export class ChildSession {
  readonly #options: SessionOptions;
  readonly #child: ChildProcess;
  readonly #link: WorkerLink;
  #ready = false;
  #badLine: string | undefined;
  #badLines = 0;
  #sinceNewline = 0;
  #timers: NodeJS.Timeout[] = [];
  #ending: Promise<void> | undefined;

  /** Throws StartError when the process cannot be made. */
  static async start(options: SessionOptions): Promise<ChildSession> {
    return new ChildSession(options, await startProcess(options.plan));
  }

  private constructor(options: SessionOptions, child: ChildProcess) {
    this.#options = options;
    this.#child = child;
    if (child.pid !== undefined) options.guard.add(child.pid);
    const { version, times } = options;
    this.#link = new WorkerLink(
      { version, startMs: times.startMs, callMs: times.callMs, hangMs: times.hangMs },
      {
        write: (text) => this.#write(text),
        ready: (tools) => {
          this.#ready = true;
          for (const timer of this.#timers) clearTimeout(timer);
          options.onReady(tools);
        },
        tools: options.onTools,
        note: (text) => this.#note(text),
        badLine: (line) => this.#takeBadLine(line),
        drained: () => child.stdout?.resume(),
        broken: (failure) => this.#end(failure),
      },
    );
    this.#listen();
    this.#after(times.startMs, () => this.#end(this.#badLine === undefined ? this.#timedOut() : this.#badProtocol(this.#badLine)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    return this.#link.call(tool, args, options);
  }

  async stop(): Promise<void> {
    this.#end(undefined);
    await this.#ending;
  }

  #listen(): void {
    const { ring, onOutput, log } = this.#options;
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#takeOutput(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      ring.write(chunk);
      onOutput();
    });
    // The process's end follows and says more than a broken pipe.
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      stream?.on('error', (error) => log.debug('A pipe of a tool server broke', { error: String(error) }));
    // `exit` may come before its last words on stderr, and before the worker has read its last line.
    this.#child.once('exit', (code, signal) => {
      const settle = () => this.#end(this.#exited(code, signal));
      const timer = setTimeout(settle, 500);
      this.#child.once('close', () => {
        clearTimeout(timer);
        this.#after(50, settle);
      });
    });
  }

  #takeOutput(chunk: Buffer): void {
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

  #write(text: string): void {
    const stdin = this.#child.stdin;
    if (this.#ending !== undefined || stdin === null || !stdin.writable) return;
    stdin.write(text);
    if (stdin.writableLength > 4 * limits.messageBytes)
      this.#end({ cause: 'unknown', message: 'It was ended because it no longer reads what it is sent.', hint: 'Start it again.' });
  }

  #note(text: string): void {
    this.#options.ring.add(`[orrery] ${text}`);
    this.#options.onOutput();
  }

  #takeBadLine(line: string): void {
    this.#badLines += 1;
    if (this.#badLines <= 20) this.#note(`Not an MCP message, on stdout: ${line}`);
    if (this.#badLine !== undefined || this.#ready) return;
    this.#badLine = line;
    // Some packages print a greeting first, so a proper message may still come.
    this.#after(this.#options.times.badLineGraceMs, () => this.#end(this.#badProtocol(line)));
  }

  #after(ms: number, run: () => void): void {
    if (this.#ending === undefined) this.#timers.push(setTimeout(run, ms));
  }

  #end(failure: StartFailure | undefined): void {
    this.#ending ??= (async () => {
      for (const timer of this.#timers) clearTimeout(timer);
      const { guard, log, times, onEnd } = this.#options;
      if (failure !== undefined) signalGroup(this.#child, 'SIGKILL', log);
      await Promise.all([this.#link.close(), stopProcess(this.#child, times.stopStepMs, log)]);
      if (this.#child.pid !== undefined) guard.remove(this.#child.pid);
      onEnd(failure);
    })().catch((error: unknown) => this.#options.log.error('A tool server could not be ended cleanly', { error: String(error) }));
  }

  #exited(code: number | null, signal: string | null): StartFailure {
    const how = signal === null ? `It exited with code ${code}` : `It was ended by ${signal}`;
    const words = this.#options.ring.newest(5).filter((line) => line.trim() !== '');
    const said = words.length > 0 ? ` Its last words: ${words.join(' ⏎ ').slice(-800)}` : ' It said nothing on stderr.';
    // setpriv and sh report an exec that failed in this way.
    if (!this.#ready && words.some((line) => /exec format error|bad cpu type/i.test(line)))
      return {
        cause: 'wrong-architecture',
        message: `It is not a program for this machine.${said}`,
        hint: `Install the build for ${process.platform} on ${process.arch}.`,
      };
    const hint = this.#ready
      ? 'Look at its output below.'
      : 'Its last lines usually name what it misses: an argument, a setting or a package.';
    return { cause: 'exited', message: `${how}.${said}`, hint };
  }

  #badProtocol(line: string): StartFailure {
    return {
      cause: 'bad-protocol',
      message: `It does not speak MCP on stdout. Its first line was: ${line}`,
      hint: 'Check that the command starts an MCP server over stdio, and that nothing else prints to stdout.',
    };
  }

  #timedOut(): StartFailure {
    const seconds = Math.round(this.#options.times.startMs / 1000);
    const words = this.#options.ring.newest(5).filter((line) => line.trim() !== '');
    const said = words.length > 0 ? ` Its last words: ${words.join(' ⏎ ').slice(-800)}` : ' It said nothing at all.';
    const fetches = /(^|[\\/])(npx|uvx|bunx|pnpx|docker)(\.\w+)?$/.test(this.#options.plan.file);
    return {
      cause: 'timed-out',
      message: `It did not answer as an MCP server within ${seconds} seconds.${said}`,
      hint: fetches
        ? 'It may still have been fetching its package: check your connection, add HTTPS_PROXY to its environment if you need a proxy, and start it again.'
        : 'Check its command and arguments, then start it again.',
    };
  }
}
