// One worker thread with one sandbox. It does one script at a time, and is ended rather than asked to stop: by its time, by the
// signal, by a fault of its machinery, or because nobody has needed it for a while.

import { Worker } from 'node:worker_threads';
import { cancelled } from '../../../shared/errors.ts';
import type { ScriptPrelude } from '../../runtime/ports.ts';
import { alasqlScript, nodeEntry, quickjsWasm } from '../node-entry.ts';
import { graceMs, outOfReachMb, startMs } from './limits.ts';
import type { ScriptEnd, ScriptJob } from './sandbox.ts';
import type { RunMessage, ScriptsMessage, ScriptsWorkerData } from './scripts.worker.ts';

type OnLog = (level: string, text: string) => void;

interface Current {
  id: number;
  job: ScriptJob;
  onLog: OnLog;
  settle(end: ScriptEnd | 'cancelled'): void;
}

interface Hooks {
  idleMs: number;
  /** It can take another script. */
  onFree(): void;
  /** It is gone and must not be given another. */
  onEnd(thread: ScriptThread): void;
}

export class ScriptThread {
  readonly prelude: '' | ScriptPrelude;
  readonly #hooks: Hooks;
  readonly #worker: Worker;
  #isReady = false;
  #isEnded = false;
  #current: Current | undefined;
  #nextId = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(prelude: '' | ScriptPrelude, hooks: Hooks) {
    this.prelude = prelude;
    this.#hooks = hooks;
    const workerData: ScriptsWorkerData = { wasm: quickjsWasm().href, prelude, ...(prelude === 'sql' ? { sql: alasqlScript().href } : {}) };
    this.#worker = new Worker(nodeEntry('scripts-worker'), {
      env: {},
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: outOfReachMb },
    });
    this.#worker.on('message', (message: ScriptsMessage) => this.#take(message));
    this.#worker.on('error', (error: Error & { code?: string }) =>
      this.#broke(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'broken', error.message),
    );
    this.#worker.on('exit', (code) => this.#broke('broken', `its thread ended (${code})`));
  }

  get isFree(): boolean {
    return !this.#isEnded && this.#current === undefined;
  }

  /** Call only when it is free. Rejects only when cancelled. */
  run(job: ScriptJob, signal: AbortSignal, onLog: OnLog): Promise<ScriptEnd> {
    clearTimeout(this.#timer);
    this.#worker.ref();
    this.#nextId += 1;
    const id = this.#nextId;
    return new Promise((resolve, reject) => {
      const stop = (): void => this.#give('cancelled');
      signal.addEventListener('abort', stop, { once: true });
      this.#current = {
        id,
        job,
        onLog,
        settle: (end) => {
          signal.removeEventListener('abort', stop);
          if (end === 'cancelled') reject(cancelled());
          else resolve(end);
        },
      };
      this.#worker.postMessage({ id, ...job } satisfies RunMessage);
      this.#watch();
    });
  }

  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#settle('cancelled');
    await this.#worker.terminate();
  }

  #take(message: ScriptsMessage): void {
    if (this.#isEnded) return;
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#watch();
      return;
    }
    if (message.id !== this.#current?.id) return;
    if (message.type === 'log') this.#current.onLog(message.level, message.text);
    else if (message.isSpent) this.#give(message.end);
    else {
      this.#settle(message.end);
      this.#watch();
      this.#hooks.onFree();
    }
  }

  /** The time of the script it is at; without one, how long it is kept. */
  #watch(): void {
    clearTimeout(this.#timer);
    const job = this.#current?.job;
    if (job === undefined) {
      this.#worker.unref();
      this.#timer = setTimeout(() => this.#give('cancelled'), this.#hooks.idleMs);
      this.#timer.unref();
      return;
    }
    const late = (): void => this.#give({ fault: { kind: 'time', message: 'it took too long' } });
    this.#timer = setTimeout(late, this.#isReady ? job.timeoutMs + graceMs : startMs);
  }

  #broke(kind: 'memory' | 'broken', why: string): void {
    if (!this.#isEnded) this.#give({ fault: { kind, message: kind === 'memory' ? 'it needed too much memory' : why } });
  }

  /** Ends the thread; whoever waits for its script gets this. */
  #give(end: ScriptEnd | 'cancelled'): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    void this.#worker.terminate();
    this.#settle(end);
    this.#hooks.onEnd(this);
  }

  #settle(end: ScriptEnd | 'cancelled'): void {
    const current = this.#current;
    this.#current = undefined;
    current?.settle(end);
  }
}
