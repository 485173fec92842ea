// Threads for n8n's nodes that only reckon: at most two, one node at a time each, started when needed, ended from outside when a
// node is late, takes too much memory or its step is cancelled, and ended when idle. What is in someone's file can so hold up nothing but
// its own step.

import { Worker } from 'node:worker_threads';
import { cancelled } from '../../../shared/errors.ts';
import type { Scripts } from '../../runtime/ports.ts';
import { nodeEntry } from '../node-entry.ts';
import { lookAtMemoryMs, maxNodesMb, outOfReachMb, startMs } from './limits.ts';
import type { NodesMessage, NodesRequest } from './n8n-nodes.worker.ts';

type Reckon = Scripts['reckon'];
type Ask = Parameters<Reckon>[1];
type End = Awaited<ReturnType<Reckon>>;

const maxThreads = 2;
const defaultTimeoutMs = 60_000;

interface Task {
  work: unknown;
  ask: Ask;
  timeoutMs: number;
  settle(end: End | 'cancelled'): void;
}

class NodesThread {
  readonly #worker = new Worker(nodeEntry('n8n-nodes-worker'), { env: {}, resourceLimits: { maxOldGenerationSizeMb: outOfReachMb } });
  readonly #onFree: () => void;
  readonly #idleMs: number;
  readonly #maxMb: number;
  #task: Task | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #isReady = false;
  isEnded = false;

  constructor({ idleMs, maxMb }: { idleMs: number; maxMb: number }, onFree: () => void) {
    this.#idleMs = idleMs;
    this.#maxMb = maxMb;
    this.#onFree = onFree;
    this.#worker.on('message', (message: NodesMessage) => this.#take(message));
    this.#worker.on('error', (error: Error & { code?: string }) => this.#broke(error.code === 'ERR_WORKER_OUT_OF_MEMORY', error.message));
    this.#worker.on('exit', () => this.#broke(false, 'its thread ended'));
  }

  get isFree(): boolean {
    return !this.isEnded && this.#task === undefined;
  }

  start(task: Task): void {
    this.#task = task;
    this.#worker.ref();
    this.#worker.postMessage({ type: 'work', work: task.work } satisfies NodesRequest);
    this.#watch();
    if (this.#isReady) this.#lookAtMemory(task);
  }

  owns(task: Task): boolean {
    return this.#task === task;
  }

  end(told: End | 'cancelled'): Promise<number> {
    this.isEnded = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#looking);
    const task = this.#task;
    this.#task = undefined;
    task?.settle(told);
    return this.#worker.terminate();
  }

  #take(message: NodesMessage): void {
    if (this.isEnded) return;
    if (message.type === 'ready') {
      this.#isReady = true;
      this.#watch();
      if (this.#task !== undefined) this.#lookAtMemory(this.#task);
      return;
    }
    const task = this.#task;
    if (task === undefined) return;
    if (message.type === 'ask') {
      // While the sandbox works, its own time counts.
      clearTimeout(this.#timer);
      void this.#answer(task, message);
      return;
    }
    this.#task = undefined;
    this.#watch();
    task.settle(message.end as End);
    this.#onFree();
  }

  async #answer(task: Task, { ask, name, given }: { ask: number; name: string; given: unknown[] }): Promise<void> {
    let answer: NodesRequest;
    try {
      answer = { type: 'answer', ask, value: await task.ask(name, given) };
    } catch (error) {
      answer = { type: 'answer', ask, fault: error instanceof Error ? error.message : String(error) };
    }
    if (this.isEnded || this.#task !== task) return;
    this.#worker.postMessage(answer);
    this.#watch();
  }

  /** The time of the node it is at; without one, how long it is kept. */
  #watch(): void {
    clearTimeout(this.#timer);
    const task = this.#task;
    if (task === undefined) {
      this.#worker.unref();
      this.#timer = setTimeout(() => void this.end('cancelled'), this.#idleMs).unref();
      return;
    }
    const seconds = task.timeoutMs / 1000;
    const late = (): void => this.#give(`It took longer than ${seconds} s and was stopped. Look for a pattern or a join that never ends.`);
    this.#timer = setTimeout(late, this.#isReady ? task.timeoutMs : startMs);
  }

  /** V8 answers in the middle of a loop too, but never to what a thread was asked while it still started: it is asked once it is ready. */
  #lookAtMemory(task: Task): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => {
      if (this.isEnded || this.#task !== task) return;
      this.#worker.getHeapStatistics().then(
        ({ used_heap_size: used, external_memory: external }) => {
          if (this.isEnded || this.#task !== task) return;
          if (used + external > this.#maxMb * 1_048_576) this.#broke(true, '');
          else this.#lookAtMemory(task);
        },
        () => undefined, // its thread has ended, which is told by itself
      );
    }, lookAtMemoryMs).unref();
  }

  #broke(isMemory: boolean, why: string): void {
    if (!this.isEnded)
      this.#give(isMemory ? `It needed more than ${this.#maxMb} MB of memory and was stopped. Work on fewer items at a time.` : why);
  }

  #give(message: string): void {
    void this.end({ fault: { message } });
    this.#onFree();
  }
}

export function createN8nNodes(options: { idleMs?: number; maxMb?: number } = {}): { reckon: Reckon; close(): Promise<void> } {
  const threads = new Set<NodesThread>();
  const queue: Task[] = [];
  let isClosed = false;

  function next(): void {
    for (const thread of threads) if (thread.isEnded) threads.delete(thread);
    while (queue.length > 0) {
      let thread = [...threads].find((each) => each.isFree);
      if (thread === undefined && threads.size < maxThreads) {
        thread = new NodesThread({ idleMs: options.idleMs ?? 60_000, maxMb: options.maxMb ?? maxNodesMb }, next);
        threads.add(thread);
      }
      if (thread === undefined) return;
      thread.start(queue.shift() as Task);
    }
  }

  return {
    reckon(work, ask, { signal, timeoutMs = defaultTimeoutMs }) {
      if (signal.aborted || isClosed) return Promise.reject(cancelled());
      return new Promise((resolve, reject) => {
        const task: Task = {
          work,
          ask,
          timeoutMs,
          settle(end) {
            signal.removeEventListener('abort', stop);
            if (end === 'cancelled') reject(cancelled());
            else resolve(end);
          },
        };
        const stop = (): void => {
          const at = queue.indexOf(task);
          if (at >= 0) queue.splice(at, 1);
          const thread = [...threads].find((each) => each.owns(task));
          if (thread === undefined) task.settle('cancelled');
          else void thread.end('cancelled').then(next);
        };
        signal.addEventListener('abort', stop, { once: true });
        queue.push(task);
        next();
      });
    },
    async close() {
      isClosed = true;
      for (const task of queue.splice(0)) task.settle('cancelled');
      await Promise.all([...threads].map((thread) => thread.end('cancelled')));
    },
  };
}
