// Files that are larger than one message, as their parts come in. They lie in memory, a few at most, for some minutes at most.

import { AppError } from '../../../shared/errors.ts';
import { maxImportText } from '../../../shared/model/import-report.ts';

const maxOpen = 2;
const keptMs = 10 * 60_000;

interface Upload {
  parts: string[];
  size: number;
  usedAt: number;
}

export class Uploads {
  readonly #open = new Map<string, Upload>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Parts come in order. Throws `import-parts-missing`, `import-too-large`. */
  put(id: string, index: number, text: string): void {
    this.#forget();
    const upload: Upload = index === 0 ? { parts: [], size: 0, usedAt: 0 } : this.#must(id);
    if (index !== upload.parts.length) throw missing();
    if (upload.size + text.length > maxImportText) {
      this.#open.delete(id);
      throw new AppError(
        'import-too-large',
        `The file is larger than ${maxImportText / 1_000_000} MB, which is more than one import takes.`,
        {
          hint: 'Export fewer workflows at a time.',
        },
      );
    }
    upload.parts.push(text);
    upload.size += text.length;
    upload.usedAt = this.#now();
    this.#open.delete(id);
    this.#open.set(id, upload);
    if (this.#open.size > maxOpen) this.#open.delete(this.#open.keys().next().value as string);
  }

  /** Throws `import-parts-missing`. */
  text(id: string): string {
    this.#forget();
    const upload = this.#must(id);
    upload.usedAt = this.#now();
    return upload.parts.join('');
  }

  drop(id: string): void {
    this.#open.delete(id);
  }

  #must(id: string): Upload {
    const upload = this.#open.get(id);
    if (upload === undefined) throw missing();
    return upload;
  }

  #forget(): void {
    const before = this.#now() - keptMs;
    for (const [id, { usedAt }] of this.#open) if (usedAt < before) this.#open.delete(id);
  }
}

const missing = (): AppError =>
  new AppError('import-parts-missing', 'A part of the file is missing here.', { hint: 'Choose the file again.', retryable: true });
