// The labels that follow from a run's journal, after a restart: which steps were done, and what kind of thing each of them brings. Pure.

import { z } from 'zod';
import { type JsonObject, jsonObject } from '../../../shared/model/json.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { NewRun } from '../ports.ts';
import { both, labelsOfCall, type ServerFacts } from './taint.ts';

type Label = Omit<Taint, 'at'>;
type FactsOf = (server: string) => ServerFacts;

/** A tool call of an agent's turn: `tool-2-0`, below a step inside workflows. */
const toolStep = /^(?:(.*)\/)?tool-(\d+)-(\d+)$/s;
const modelOutputs = z.object({ toolCalls: z.array(z.looseObject({ args: jsonObject.optional() })) });

export function labelsOfJournal(run: NewRun, events: readonly RunEvent[], factsOf: FactsOf): Taint[] {
  const nodes = new Map((run.document?.nodes ?? []).map((node) => [node.id as string, node]));
  const found: Taint[] = run.trigger === undefined ? [] : labelsOfTrigger(nodes.get(run.trigger.node)?.kind, run.startedAt);
  // Another program started it, and gave it its inputs.
  if ((run.origin.kind as string) === 'client') found.push({ label: 'untrusted', from: 'the program that started it', at: run.startedAt });
  const callsOf = new Map<string, JsonObject[]>();
  for (const event of events) {
    if (event.type !== 'step-done') continue;
    const asked = modelOutputs.safeParse(event.outputs);
    if (asked.success)
      callsOf.set(
        event.step,
        asked.data.toolCalls.map((call) => call.args ?? {}),
      );
    const node = nodes.get(event.node);
    const labels =
      labelsOfToolStep(event.step, event.node, callsOf, factsOf) ??
      (node === undefined ? [] : labelsOfNode(node.kind, node.config, factsOf));
    for (const label of labels) found.push({ ...label, at: event.at });
  }
  return found;
}

function labelsOfToolStep(step: string, node: string, callsOf: Map<string, JsonObject[]>, factsOf: FactsOf): Label[] | undefined {
  const match = toolStep.exec(step);
  const dot = node.indexOf('.');
  if (match === null || dot < 1) return undefined;
  const [, above, turn, place] = match;
  const model = `${above === undefined ? '' : `${above}/`}model-${turn}`;
  const args = callsOf.get(model)?.[Number(place)] ?? {};
  const [server, tool] = [node.slice(0, dot), node.slice(dot + 1)];
  return labelsOfCall(server, tool, args, factsOf(server));
}

/** What a node of this kind brings into its run. Also used while the run goes. */
export function labelsOfNode(kind: string, config: unknown, factsOf: FactsOf): Label[] {
  const { server, tool } = (config ?? {}) as { server?: unknown; tool?: unknown };
  switch (kind) {
    case 'tool.http-request':
      return [{ label: 'untrusted', from: 'an answer to an HTTP request' }];
    case 'data.read-file':
      return both('a file that was read');
    case 'data.list-folder':
      return both('a folder that was listed');
    case 'person.ask':
      return [{ label: 'private', from: 'your answer in the inbox' }];
    case 'memory.recall':
      return both('memory');
    case 'tool.call':
      return typeof server === 'string' && typeof tool === 'string' ? labelsOfCall(server, tool, {}, factsOf(server)) : [];
    case 'flow.workflow':
      return both('another workflow that it ran');
    case 'n8n.step':
    case 'n8n.workflow':
      return [{ label: 'untrusted', from: 'an imported n8n node' }];
    default:
      return [];
  }
}

export function labelsOfTrigger(kind: string | undefined, at: number): Taint[] {
  switch (kind) {
    case 'trigger.webhook':
      return [{ label: 'untrusted', from: 'the call of its webhook', at }];
    case 'trigger.clipboard':
      return both('copied text').map((label) => ({ ...label, at }));
    case 'trigger.files':
      return both('the names of files').map((label) => ({ ...label, at }));
    case 'trigger.agent-event':
    case 'trigger.run-finished':
      // It may have read the person's files, and hand them on.
      return both('what another run gave').map((label) => ({ ...label, at }));
    default:
      return [];
  }
}
