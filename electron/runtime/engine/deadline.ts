// A run's deadline: a clock that goes while the run is running, and stands still while it waits for people and while it, or
// every run, is held. What it spent before a restart comes from the journal.

import { AppError } from '../../../shared/errors.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { Clock } from '../ports.ts';
import { bodyPort, type PlanNode, quoted } from './plan-types.ts';

const longestTimerMs = 2 ** 31 - 1;
const shownSteps = 5;

export class Deadline {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #limitMs: number;
  readonly #onOver: () => void;
  #spentMs: number;
  /** Undefined while it stands still. */
  #since: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning: boolean;
  #isAllHeld: boolean;
  #isClosed = false;

  constructor(
    clock: Pick<Clock, 'now'>,
    options: { limitMs: number; spentMs: number; isRunning: boolean; isAllHeld: boolean; onOver: () => void },
  ) {
    this.#clock = clock;
    this.#limitMs = options.limitMs;
    this.#spentMs = options.spentMs;
    this.#onOver = options.onOver;
    this.#isRunning = options.isRunning;
    this.#isAllHeld = options.isAllHeld;
    this.#adjust();
  }

  note(event: RunEvent): void {
    if (event.type !== 'run-status') return;
    this.#isRunning = event.status === 'running';
    this.#adjust();
  }

  /** Every run of the host is held, or let go. */
  holdAll(isHeld: boolean): void {
    this.#isAllHeld = isHeld;
    this.#adjust();
  }

  close(): void {
    this.#isClosed = true;
    this.#adjust();
  }

  #adjust(): void {
    const goes = this.#isRunning && !this.#isAllHeld && !this.#isClosed;
    if (goes === (this.#since !== undefined)) return;
    if (goes) {
      this.#since = this.#clock.now();
      this.#arm();
      return;
    }
    clearTimeout(this.#timer);
    if (this.#since === undefined) return;
    this.#spentMs += Math.max(0, this.#clock.now() - this.#since);
    this.#since = undefined;
  }

  #arm(): void {
    const spent = this.#spentMs + Math.max(0, this.#clock.now() - (this.#since ?? 0));
    const left = this.#limitMs - spent;
    this.#timer = setTimeout(() => (left > longestTimerMs ? this.#arm() : this.#look()), Math.min(longestTimerMs, Math.max(0, left)));
  }

  /** Timers may be early by a moment, and a clock that was set back makes room again. */
  #look(): void {
    if (this.#since === undefined || this.#isClosed) return;
    if (this.#spentMs + this.#clock.now() - this.#since < this.#limitMs) this.#arm();
    else this.#onOver();
  }
}

export function deadlineError(limitMs: number, going: ReadonlyMap<string, PlanNode>): AppError {
  const steps = [...going].filter(([, node]) => bodyPort(node.type) === undefined);
  const names = [...new Set(steps.map(([, node]) => quoted(node.title)))];
  const more = names.length > shownSteps ? ` and ${names.length - shownSteps} more` : '';
  const what = names.length === 0 ? '' : ` Still going: ${names.slice(0, shownSteps).join(', ')}${more}.`;
  return new AppError('run-deadline', `The run took longer than its deadline of ${inWords(limitMs)}.${what}`, {
    hint: 'Give the workflow a longer deadline, or make its work smaller.',
    details: { steps: steps.slice(0, 100).map(([step]) => step) },
  });
}

function inWords(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 6000) / 10} min` : `${Math.round(ms / 360_000) / 10} h`;
}
