// A step that a person names: by its node's id, or by what the node is called on the canvas, with the place in a loop after it.

import { AppError } from '../../shared/errors.ts';
import type { RunId } from '../../shared/model/ids.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import type { HostClient } from '../wires/attach.ts';

/** By a node's id or name. In a run without a graph, such as a turn of a chat, steps have ids only. */
export async function stepOf(client: HostClient, document: WorkflowDocument | undefined, wanted: string): Promise<string> {
  if (document === undefined) return wanted;
  const types = await client.workflows.listNodeTypes();
  return findStep(document, wanted, new Map(types.map(({ kind, title }) => [kind, title])));
}

/** Of a run that may have left the list: what it did is still known by its steps' ids. */
export async function stepOfRun(client: HostClient, id: RunId, wanted: string): Promise<string> {
  const gone = (error: unknown) => {
    if (fromWireError(error).code === 'run-not-found') return undefined;
    throw error;
  };
  return stepOf(client, (await client.runs.get({ id }).catch(gone))?.document, wanted);
}

/** `kinds`: what a node without a title of its own is called. Throws `input-step-unknown`. */
export function findStep(document: WorkflowDocument, wanted: string, kinds: ReadonlyMap<string, string>): string {
  const { nodes } = document;
  const at = wanted.search(/[#/~]/);
  const asId = at < 0 ? wanted : wanted.slice(0, at);
  if (nodes.some(({ id }) => id === asId)) return wanted;
  const nameOf = (node: WorkflowDocument['nodes'][number]): string => node.title ?? kinds.get(node.kind) ?? node.kind;
  const called = (name: string) => nodes.filter((node) => nameOf(node).toLowerCase() === name.trim().toLowerCase());
  // The whole text first: a title may have a # in it.
  for (const [name, rest] of [[wanted, ''] as const, [wanted.replace(/#[\d.]+$/, ''), /#[\d.]+$/.exec(wanted)?.[0] ?? ''] as const]) {
    const [one, ...more] = called(name);
    if (one !== undefined && more.length === 0) return `${one.id}${rest}`;
    if (one !== undefined)
      throw new AppError('input-step-unknown', `${more.length + 1} steps are called “${name}”.`, {
        hint: `Give an id: ${[one, ...more].map(({ id }) => id).join(', ')}.`,
      });
  }
  const known = nodes
    .filter(({ kind }) => kind !== 'note.text')
    .slice(0, 40)
    .map((node) => (nameOf(node) === node.id ? node.id : `${nameOf(node)} (${node.id})`));
  throw new AppError('input-step-unknown', `The run has no step “${wanted}”.`, { hint: `There are: ${known.join(', ')}.` });
}
