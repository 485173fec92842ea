// How a start of a server went, word for word: what we wrote to it, and a fingerprint of each of its answers. A next start that goes the
// same way needs nobody who reads it (known-start.ts). Taken down in the worker, which has read and checked every word.

import { createHash } from 'node:crypto';
import type { Fingerprint, ServerAbout, StartStep } from './worker-messages.ts';

export interface StartRecord {
  /** The version of Orrery that wrote these lines: another one may say other words. */
  by: string;
  steps: StartStep[];
  /** Tools that only run as tasks. */
  tasks: string[];
  about: ServerAbout;
}

export const startLimits = {
  steps: 32,
  /** Of one answer, or of one line of ours. */
  bytes: 1024 * 1024,
} as const;

export function fingerprint(line: string | Uint8Array): Fingerprint {
  return { bytes: Buffer.byteLength(line), sha256: createHash('sha256').update(line).digest('hex') };
}

/** By hand, like the tools it is kept beside: read at each start of a server. */
export function isStartRecord(value: unknown): value is StartRecord {
  if (!isObject(value) || typeof value.by !== 'string' || !isTexts(value.tasks) || !isAbout(value.about)) return false;
  const { steps } = value;
  return Array.isArray(steps) && steps.length > 0 && steps.length <= startLimits.steps && steps.every(isStep);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');
const isAbout = (value: unknown): value is ServerAbout =>
  isObject(value) &&
  ['name', 'version', 'protocol'].every((key) => typeof value[key] === 'string') &&
  isTexts(value.capabilities) &&
  (value.instructions === undefined || typeof value.instructions === 'string');
const isStep = (value: unknown): value is StartStep =>
  isObject(value) &&
  isTexts(value.lines) &&
  value.lines.length > 0 &&
  value.lines.every((line) => line.endsWith('\n') && line.length <= startLimits.bytes) &&
  isObject(value.answer) &&
  Number.isSafeInteger(value.answer.bytes) &&
  (value.answer.bytes as number) <= startLimits.bytes &&
  typeof value.answer.sha256 === 'string';

/** Takes a start down, from the first word until it is taken. */
export class StartRecorder {
  #steps: StartStep[] | undefined = [];
  #lines: string[] = [];

  /** Something in it was out of the ordinary, which has to be noticed the next time as well. */
  spoil(): void {
    this.#steps = undefined;
  }

  /** A request or a notification of ours. */
  wrote(line: string): void {
    if (line.length > startLimits.bytes) this.spoil();
    else if (this.#steps !== undefined) this.#lines.push(line);
  }

  /** A line of the server that answers one of our requests. */
  read(line: string): void {
    if (this.#steps === undefined) return;
    const answer = fingerprint(line);
    if (this.#lines.length === 0 || this.#steps.length === startLimits.steps || answer.bytes > startLimits.bytes) this.spoil();
    else this.#steps.push({ lines: this.#lines, answer });
    this.#lines = [];
  }

  /** Undefined when it cannot be recognised by this alone. Nothing is taken down after it. */
  take(): StartStep[] | undefined {
    // A line that nothing answered: it might be missed.
    const steps = this.#lines.length === 0 && this.#steps?.length !== 0 ? this.#steps : undefined;
    this.spoil();
    return steps;
  }
}
