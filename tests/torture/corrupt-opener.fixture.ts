// Opens a data folder as a host does and tells its parent what it found. In a process of its own, because a damaged file must not
// bring even the native part down. Rows that carry checksums (journals, details, large outputs) are compared with the truth.

import { readFileSync } from 'node:fs';
import { openStore } from '../../electron/adapters/sqlite/open.ts';
import { AppError } from '../../shared/errors.ts';
import type { RunId } from '../../shared/model/ids.ts';

export interface Truth {
  /** JSON of each event, by run. */
  runs: Record<string, string[]>;
  details: Record<string, string>;
  large: Record<string, string>;
}

export interface Found {
  refused?: { code: string; message: string; hint: string };
  /** A fault that is not an AppError, or one that only says "internal". */
  fault?: string;
  runs: number;
  /** Runs, events or values that are not there, and what is there but not as it was written. */
  missing: number;
  wrong: number;
  /** What a person is told: banners, what the check says, errors at reading. */
  signs: string[];
}

const clear = (error: unknown): string => {
  if (error instanceof AppError && error.code !== 'internal') return error.code;
  throw error;
};

async function open(folder: string, truth: Truth): Promise<Found> {
  const found: Found = { runs: 0, missing: 0, wrong: 0, signs: [] };
  let opened: ReturnType<typeof openStore>;
  try {
    opened = openStore({ folder });
  } catch (error) {
    const code = clear(error);
    return { ...found, refused: { code, message: (error as AppError).message, hint: (error as AppError).hint ?? '' } };
  }
  const { store } = opened;
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      const code = clear(error);
      // We know which runs there were; a person would not ask for one that is not listed.
      if (code !== 'run-not-found') found.signs.push(code);
      return undefined;
    }
  };
  try {
    found.signs.push(...(attempt(() => opened.check()) ?? []));
    found.runs = attempt(() => store.runs.list({ limit: 1000 }))?.length ?? -1;
    for (const [run, events] of Object.entries(truth.runs)) {
      const kept = attempt(() => store.runs.readEvents(run as RunId))?.map(({ event }) => JSON.stringify(event)) ?? [];
      found.missing += Math.max(0, events.length - kept.length);
      found.wrong += kept.filter((json, i) => json !== events[i]).length;
      const details = attempt(() => store.runs.getDetails(run as RunId));
      if (details !== undefined && JSON.stringify(details.inputs) !== truth.details[run]) found.wrong += 1;
    }
    for (const [hash, text] of Object.entries(truth.large)) {
      const kept = await store.runs.readLarge(hash).catch((error: unknown) => void found.signs.push(clear(error)));
      if (kept === undefined) found.missing += 1;
      else if (kept !== text) found.wrong += 1;
    }
    store.onBanner((banners) => found.signs.push(...banners.map((banner) => banner.id)));
  } finally {
    await opened.close();
  }
  return found;
}

const truth = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Truth;
process.on('message', ({ folder }: { folder: string }) => {
  void open(folder, truth)
    .catch(
      (error: unknown): Found => ({
        fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
        runs: 0,
        missing: 0,
        wrong: 0,
        signs: [],
      }),
    )
    .then((found) => process.send?.(found));
});
