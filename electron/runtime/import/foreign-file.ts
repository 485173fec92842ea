// What reading a file of another program gives.

import type { ImportReport } from '../../../shared/model/import-report.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';

export interface ForeignFile {
  report: ImportReport;
  /** What could be read as workflows; for an Orrery file, the file itself. */
  documents: WorkflowDocument[];
}
