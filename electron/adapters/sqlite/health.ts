// Watches every write for troubles with the disk and shows them as banners. A banner that a write can mend goes by itself:
// while it shows, a small probe is written on a timer, so that nobody has to press anything after freeing space.

import type { AppError } from '../../../shared/errors.ts';
import type { Banner } from '../../../shared/model/system.ts';
import { storageError } from './errors.ts';

/** Gone after the next successful write. Damage stays until the database is mended. */
const passing: ReadonlySet<string> = new Set(['disk-full', 'data-folder-read-only', 'disk-failed']);
const shown: ReadonlySet<string> = new Set([...passing, 'database-damaged']);

export class Health {
  readonly #banners = new Map<string, Banner>();
  readonly #listeners = new Set<(banners: Banner[]) => void>();
  readonly #probeEveryMs: number;
  #probe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(probeEveryMs: number) {
    this.#probeEveryMs = probeEveryMs;
  }

  /** A small real write, tried while a passing banner shows. */
  setProbe(probe: () => void): void {
    this.#probe = probe;
  }

  /** Runs something that commits. Throws AppErrors only. */
  write<T>(work: () => T): T {
    try {
      const result = work();
      this.#clearPassing();
      return result;
    } catch (error) {
      throw this.note(error);
    }
  }

  /** Runs something that only reads, or a part of a transaction. Throws AppErrors only. */
  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.note(error);
    }
  }

  show(banner: Banner): void {
    this.#banners.set(banner.id, banner);
    this.#tell();
  }

  /** Takes a banner away that `show` put up. */
  hide(id: string): void {
    if (this.#banners.delete(id)) this.#tell();
  }

  /** Tells the listener at once what shows now, then every change. */
  onBanner(listener: (banners: Banner[]) => void): () => void {
    this.#listeners.add(listener);
    listener([...this.#banners.values()]);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  /** What failed elsewhere in the data folder: shows it as a banner where there is one for it, and gives the AppError. */
  note(error: unknown): AppError {
    const known = storageError(error);
    if (shown.has(known.code) && !this.#banners.has(known.code)) {
      this.show({ id: known.code, severity: 'error', message: known.message, hint: known.hint ?? '' });
      if (passing.has(known.code)) this.#startProbing();
    }
    return known;
  }

  #startProbing(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setInterval(() => {
      try {
        this.#probe?.();
      } catch (error) {
        // Still in trouble: the banner already says so, and the next tick tries again.
        this.note(error);
      }
    }, this.#probeEveryMs);
    this.#timer.unref();
  }

  #clearPassing(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const id of passing) this.#banners.delete(id);
    this.#tell();
  }

  /** In a microtask, so that a listener's fault is never taken for a failed write. */
  #tell(): void {
    const now = [...this.#banners.values()];
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(now);
    });
  }
}
