// Reads a file of another program. A large one is read in a thread of its own, and its workflows come back one at a time: whatever else
// the host is asked meanwhile is answered.

import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { ImportReport } from '../../../shared/model/import-report.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { Ports } from '../ports.ts';
import type { ForeignWork } from './read-work.ts';

/** Up to so many characters a file is read in a few milliseconds. */
const smallText = 100_000;
const timeoutMs = 180_000;
/** Converters for the nodes of other programs, and what they need: a fifth of a start, for what most starts never do. */
const importer = lazy(() => import('./read-foreign.ts'));

/** `take` gets each workflow as it comes; it must not wait. Throws `import-failed`, `cancelled`. */
export async function readApart(
  scripts: Pick<Ports['scripts'], 'reckon'>,
  { text, name }: { text: string; name: string | undefined },
  take: (document: WorkflowDocument) => void,
  signal: AbortSignal,
): Promise<ImportReport> {
  if (text.length <= smallText) {
    const { report, documents } = (await importer()).readForeign(text, name);
    documents.forEach(take);
    return report;
  }
  const work: ForeignWork = { readForeign: { text, name } };
  const end = (await scripts.reckon(
    work,
    async (_what, [document]) => {
      take(document as WorkflowDocument);
      // A turn of the loop between two: what a document is taken for may be a commit.
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    { signal, timeoutMs },
  )) as { report: ImportReport } | { fault: { message: string } };
  if ('report' in end) return end.report;
  throw new AppError('import-failed', `The file could not be read: ${end.fault.message}`, { hint: 'Export fewer workflows at a time.' });
}
