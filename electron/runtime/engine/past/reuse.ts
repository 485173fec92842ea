// Nodes that take an earlier run's outputs when everything that these depend on is the same. Each result of such a node is
// noted under the hash of its content; what is found is read from that run's journal, so it goes when the run goes.

import type { RunId } from '../../../../shared/model/ids.ts';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { Log, RunStore } from '../../ports.ts';
import type { StepSpec } from '../../services.ts';
import { readJournal } from '../journal.ts';
import { wholeOutputs } from './large.ts';

export interface Reuse {
  find(spec: StepSpec): Promise<{ run: RunId; outputs: Record<string, JsonValue> } | undefined>;
  /** Call it once the result is on its way to the disk. */
  note(spec: StepSpec, run: RunId): Promise<void>;
}

interface ReuseDeps {
  runs: Pick<RunStore, 'findReusable' | 'noteReusable' | 'get' | 'readStep' | 'readLarge' | 'flush'>;
  hash(text: string): string;
  log: Pick<Log, 'warn'>;
}

export function createReuse({ runs, hash, log }: ReuseDeps): Reuse {
  const hashes = new WeakMap<StepSpec, string | undefined>();
  const hashOf = (spec: StepSpec): string | undefined => {
    if (hashes.has(spec)) return hashes.get(spec);
    const text = spec.contentText?.();
    const known = text === undefined ? undefined : hash(text);
    hashes.set(spec, known);
    return known;
  };
  return {
    async find(spec) {
      try {
        const content = hashOf(spec);
        if (content === undefined) return undefined;
        const found = runs.findReusable(content);
        if (found === undefined || runs.get(found.run) === undefined) return undefined;
        const record = readJournal(runs.readStep(found.run, found.step)).steps.get(found.step);
        const outputs = await wholeOutputs(record, runs.readLarge);
        return outputs === undefined ? undefined : { run: found.run, outputs };
      } catch (error) {
        // A damaged or removed source, or a template that fails, only means that the work is done.
        log.warn('An earlier result could not be taken over', { step: spec.step, error: String(error) });
        return undefined;
      }
    },
    async note(spec, run) {
      const content = hashOf(spec);
      if (content === undefined) return;
      try {
        // What is named must be there: a pure step's row may still be on its way.
        await runs.flush();
        runs.noteReusable(content, run, spec.step);
      } catch (error) {
        log.warn('A result could not be noted for reuse', { run, step: spec.step, error: String(error) });
      }
    },
  };
}
