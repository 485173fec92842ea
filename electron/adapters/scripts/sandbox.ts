// One QuickJS in a WebAssembly memory of a fixed most size. After the prelude is loaded the memory is copied, and put back
// before each script: every script starts in the same, untouched world, and nothing of one is left for the next.

import { readFileSync } from 'node:fs';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  RELEASE_SYNC,
} from 'quickjs-emscripten';
import { bootstrap } from './bootstrap.ts';
import { askHost } from './host-functions.ts';
import { keptSandboxMb, maxSandboxMb } from './limits.ts';
import { describeFault, type ScriptFault } from './script-fault.ts';

/** Node has WebAssembly, but its types come with the browser's only. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
  compile(bytes: Uint8Array): Promise<object>;
};

const pageBytes = 65_536;
const firstPages = 256;
const stackBytes = 256 * 1024;
/** UTF-16 units of the whole answer as JSON. */
const maxAnswer = 16_000_000;
const maxLogs = 500;
/** UTF-16 units of what is asked of the thread at once, as JSON. */
const maxAsked: Record<string, number> = {
  log: 50_000,
  intl: 200_000,
  dateText: 10_000,
  offset: 1000,
  jsonFault: 700_000,
  hash: 16_000_000,
};

export interface ScriptJob {
  code: string;
  /** JSON text of { clock: { now, seed }, globals }. */
  prepared: string;
  /** Milliseconds from when it begins. */
  timeoutMs: number;
  /** Of QuickJS's heap. */
  memoryMb: number;
}
export type ScriptEnd = { value: string | undefined } | { fault: ScriptFault };

const zeros = Buffer.alloc(pageBytes);
/** Where the last page that holds anything ends. Untouched pages are only read, so they cost no memory. */
function endOfUse(all: Uint8Array): number {
  let end = all.length;
  while (end > 0 && Buffer.compare(all.subarray(end - pageBytes, end), zeros) === 0) end -= pageBytes;
  return end;
}

export class Sandbox {
  readonly #memory: WasmMemory;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #start: QuickJSHandle;
  readonly #finish: QuickJSHandle;
  readonly #cut: QuickJSHandle;
  #untouched = new Uint8Array();
  #deadline = Number.POSITIVE_INFINITY;
  #onLog: (level: string, text: string) => void = () => undefined;
  #logs = 0;
  #isBroken = false;

  private constructor(memory: WasmMemory, runtime: QuickJSRuntime, prelude: string) {
    this.#memory = memory;
    this.#runtime = runtime;
    runtime.setMaxStackSize(stackBytes);
    runtime.setInterruptHandler(() => Date.now() > this.#deadline);
    this.#context = runtime.newContext();
    const context = this.#context;
    const ask = context.newFunction('host', (name, given) => this.#answer(context.getString(name), given));
    context.setProp(context.global, '__host', ask);
    const made = context.unwrapResult(context.evalCode(bootstrap, 'bootstrap'));
    this.#start = context.getProp(made, 'start');
    this.#finish = context.getProp(made, 'finish');
    this.#cut = context.getProp(made, 'cut');
    if (prelude !== '') context.unwrapResult(context.evalCode(prelude, 'prelude')).dispose();
    context.unwrapResult(context.evalCode('delete globalThis.__ask', 'bootstrap')).dispose();
    // Made now, because handles made later would point into memory that is put back.
    void [context.undefined, context.null, context.true, context.false, context.global];
    const all = new Uint8Array(memory.buffer);
    const used = endOfUse(all);
    this.#untouched = all.slice(0, used);
  }

  static async open(wasm: URL, prelude: string): Promise<Sandbox> {
    const memory = new WebAssembly.Memory({ initial: firstPages, maximum: (maxSandboxMb * 1024 * 1024) / pageBytes });
    const wasmModule = await WebAssembly.compile(readFileSync(wasm));
    const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory, wasmModule }));
    return new Sandbox(memory, quickjs.newRuntime(), prelude);
  }

  run(job: ScriptJob, onLog: (level: string, text: string) => void): ScriptEnd {
    this.#deadline = Date.now() + job.timeoutMs;
    this.#onLog = onLog;
    this.#logs = 0;
    try {
      this.#runtime.setMemoryLimit(Math.min(job.memoryMb, maxSandboxMb) * 1024 * 1024);
      return this.#evaluate(job);
    } catch (error) {
      // Thrown through WebAssembly frames: its stack pointer is no longer where it was.
      this.#isBroken = true;
      return { fault: { kind: 'memory', message: error instanceof Error ? error.message : String(error) } };
    }
  }

  /** After a fault of the machinery itself nothing here may be trusted; after growth it would hold its memory. */
  get isSpent(): boolean {
    return this.#isBroken || this.#memory.buffer.byteLength > keptSandboxMb * 1024 * 1024;
  }

  /** Puts the untouched world back. Apart from `run`, so that an answer need not wait for it. */
  restore(): void {
    const all = new Uint8Array(this.#memory.buffer);
    all.set(this.#untouched);
    all.fill(0, this.#untouched.length, Math.max(endOfUse(all), this.#untouched.length));
  }

  #evaluate({ code, prepared }: ScriptJob): ScriptEnd {
    const context = this.#context;
    const text = context.newString(prepared);
    const started = context.callFunction(this.#start, context.undefined, text);
    if (started.error) return this.#fault(started.error);
    const begun = context.evalCode(`(async()=>{${code}\n})()`, 'script', { strict: false });
    if (begun.error) return this.#fault(begun.error);
    const jobs = this.#runtime.executePendingJobs();
    if (jobs.error) return this.#fault(jobs.error as unknown as QuickJSHandle);
    const state = context.getPromiseState(begun.value);
    if (state.type === 'rejected') return this.#fault(state.error);
    // An interrupted job does not always say so: then the clock does.
    if (state.type === 'pending' && Date.now() > this.#deadline) return { fault: { kind: 'time', message: 'it took too long' } };
    if (state.type === 'pending')
      return { fault: { kind: 'failed', message: 'it waits for something that never comes: there are no timers and no network here' } };
    const finished = context.callFunction(this.#finish, context.undefined, state.value);
    if (finished.error) return this.#fault(finished.error);
    if (context.typeof(finished.value) !== 'string') return { value: undefined };
    if (this.#lengthOf(finished.value) > maxAnswer)
      return { fault: { kind: 'memory', message: `its result is longer than ${maxAnswer / 1e6} million signs` } };
    return { value: context.getString(finished.value) };
  }

  /** Of a text; its own, which no script can change. */
  #lengthOf(text: QuickJSHandle): number {
    return this.#context.getNumber(this.#context.getProp(text, 'length'));
  }

  #fault(error: QuickJSHandle): ScriptEnd {
    if (Date.now() > this.#deadline) return { fault: { kind: 'time', message: 'it took too long' } };
    return { fault: describeFault(this.#context, error, this.#cut) };
  }

  #answer(name: string, handle: QuickJSHandle): QuickJSHandle {
    // Looked at before it is copied: what is copied lives in this thread's own heap, which has no other limit.
    if (this.#lengthOf(handle) > (maxAsked[name] ?? 0)) return this.#context.newString('{"error":"it is too long for that"}');
    const given = this.#context.getString(handle);
    if (name !== 'log') return this.#context.newString(askHost(name, given));
    this.#logs += 1;
    if (this.#logs <= maxLogs) {
      const [level, text] = JSON.parse(given) as [string, string];
      this.#onLog(level, this.#logs === maxLogs ? '… no more lines are kept' : String(text).slice(0, 4000));
    }
    return this.#context.undefined;
  }
}
