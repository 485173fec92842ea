// A run as a host that ended in the middle left it: in the store with these events, and with nothing of it going.

import type { NewRun } from '../../electron/runtime/ports.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { RunEvent } from '../../shared/model/run.ts';
import type { EngineLab } from './engine-lab.ts';

/** `resumeUnfinished` of the lab's engine takes it up. */
export async function leave(
  { lab }: Pick<EngineLab, 'lab'>,
  document: NewRun['document'],
  events: readonly RunEvent[],
  startedAt = 1,
): Promise<RunId> {
  const { store, ids } = lab.ports;
  const id = ids.next() as RunId;
  const grant = { tools: [], folders: [] };
  const of = document === undefined ? {} : { document };
  store.runs.create({ id, title: 'Test', kind: 'workflow', origin: { kind: 'manual', by: 'cli' }, startedAt, ...of, inputs: {}, grant });
  for (const event of events) store.runs.append(id, event);
  await store.runs.flush();
  return id;
}
