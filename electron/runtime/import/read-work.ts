// A file that is read in a thread of its own (adapters/scripts/n8n-nodes.worker.ts): the work that is handed over, and doing it there.

import type { ImportReport } from '../../../shared/model/import-report.ts';

export interface ForeignWork {
  readForeign: { text: string; name: string | undefined };
}

export const isForeignWork = (work: unknown): work is ForeignWork => typeof work === 'object' && work !== null && 'readForeign' in work;

/** Hands each document over by itself, so that the other side never has to take all of them at once. */
export async function readForeignThere(
  { readForeign: { text, name } }: ForeignWork,
  ask: (name: string, given: unknown[]) => Promise<unknown>,
): Promise<{ report: ImportReport }> {
  const { readForeign } = await import('./read-foreign.ts');
  const { report, documents } = readForeign(text, name);
  for (const document of documents) await ask('document', [document]);
  return { report };
}
