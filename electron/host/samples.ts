// The sample workflows that come with the app. A damaged one is left out and logged; the others stay.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { toAppError } from '../../shared/errors.ts';
import { parseWorkflowText, type WorkflowDocument } from '../../shared/model/workflow.ts';
import type { Log, Samples } from '../runtime/ports.ts';

export function readSamples(folder: string, log: Pick<Log, 'warn'>): Samples {
  let known: { file: string; document: WorkflowDocument }[] | undefined;
  const read = () => {
    const found: { file: string; document: WorkflowDocument }[] = [];
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()) {
      try {
        found.push({ file, document: parseWorkflowText(readFileSync(path.join(folder, file), 'utf8'), file) });
      } catch (error) {
        log.warn('A sample workflow cannot be read', { file, error: toAppError(error).message });
      }
    }
    return found;
  };
  return {
    list() {
      known ??= read();
      return known;
    },
  };
}
