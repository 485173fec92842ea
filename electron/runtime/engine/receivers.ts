// Is the receiver of a request written in the graph, or given by the person, or was it worked out from data? What data chose could be
// chosen by whoever wrote that data. Pure but for reading how the run was started.

import type { RunOrigin } from '../../../shared/model/run.ts';
import type { Ports } from '../ports.ts';
import type { StepBinding } from './execute.ts';

/** An address that cannot be read counts as from data. */
export function isReceiverFromData(
  { store }: { store: { runs: Pick<Ports['store']['runs'], 'getDetails'> } },
  { node, session }: Pick<StepBinding, 'node' | 'session'>,
  url: string,
): boolean {
  if (!URL.canParse(url)) return true;
  const { origin } = new URL(url);
  if (names(node.config, origin)) return false;
  const started = store.runs.getDetails(session.id);
  // What another workflow or another program hands on is data; what a person or a job's own inputs say is not.
  if (started === undefined || isHandedOn(store.runs, started.origin)) return true;
  return !names(started.inputs, origin) && !names(started.document?.variables ?? [], origin);
}

const maxDepth = 20;

/** A fork has its inputs from the run that it was taken from. */
function isHandedOn(runs: Pick<Ports['store']['runs'], 'getDetails'>, given: RunOrigin): boolean {
  let origin: RunOrigin | undefined = given;
  for (let depth = 0; depth < maxDepth && (origin?.kind === 'fork' || origin?.kind === 'replay'); depth += 1)
    origin = runs.getDetails(origin.run)?.origin;
  return origin === undefined || origin.kind === 'sub-workflow' || origin.kind === 'client';
}

/** The whole origin, not the beginning of a longer host name. */
function names(value: unknown, origin: string): boolean {
  const text = JSON.stringify(value).toLowerCase();
  const wanted = origin.toLowerCase();
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const next = text[at + wanted.length];
    if (next === undefined || /[/?#"'`\\\s{})]/.test(next)) return true;
  }
  return false;
}
