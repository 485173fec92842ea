// Workflows that n8n itself ran (tests/fixtures/n8n/record.mjs), imported and run on the real engine with the real sandbox:
// every node gives the items that n8n gave, run by run, and the run's results are those of the last nodes.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { RunEvent } from '../../../../shared/model/run.ts';
import { type EngineLab, openLab } from '../../../../tests/helpers/engine-lab.ts';
import { createScripts } from '../../../adapters/scripts/scripts.ts';
import { builtInNodes } from '../../nodes/nodes.generated.ts';
import { readForeign } from '../read-foreign.ts';

type Runs = JsonValue[][][];
interface Recorded {
  workflow: JsonObject & { name: string; nodes: { name: string }[] };
  error?: string;
  nodes: Record<string, Runs>;
}

// The records were made in this zone; texts without one are read in the process's own.
process.env.TZ = 'UTC';
const recorded = ['workflows', 'workflows-blind', 'workflows-third', 'workflows-fourth'].flatMap((name) => {
  const file = new URL(`../../../../tests/fixtures/n8n/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { recorded: Recorded[] }).recorded;
});
const scripts = createScripts();
let lab: EngineLab;

beforeAll(() => {
  lab = openLab(builtInNodes, { scripts, net: { request: () => Promise.reject(new Error('offline')) } as never });
});
afterAll(async () => {
  await lab.close();
  await scripts.close();
});

const plain = (items: JsonValue[]): JsonValue[] =>
  items.map((item) => {
    const { json, binary } = item as JsonObject;
    return { json: json as JsonValue, ...(binary === undefined || Object.keys(binary as JsonObject).length === 0 ? {} : { binary }) };
  });

/** What each n8n node gave, from the steps of the run. */
async function givenByNode(events: RunEvent[]): Promise<Record<string, Runs>> {
  const nodes: Record<string, Runs> = {};
  for (const event of events) {
    if (event.type !== 'step-done') continue;
    const outputs: JsonObject = { ...event.outputs };
    for (const [port, { hash }] of Object.entries(event.large ?? {}))
      outputs[port] = JSON.parse(await lab.lab.ports.store.runs.readLarge(hash));
    const out = outputs.out as JsonObject | undefined;
    if (out?.nodes !== undefined) Object.assign(nodes, out.nodes);
    else if (typeof out?.n8n === 'string')
      nodes[out.n8n] = (out.runs as JsonObject[]).map((run) => (run.outputs as JsonValue[][]).map((items) => plain(items ?? [])));
  }
  return nodes;
}

/** Empty outputs at the end say nothing. */
const trimmed = (nodes: Record<string, Runs>): Record<string, Runs> =>
  Object.fromEntries(
    Object.entries(nodes)
      .filter(([name]) => name !== 'Start')
      .map(([name, runs]) => [name, runs.map((outputs) => outputs.slice(0, outputs.findLastIndex((items) => items.length > 0) + 1))])
      .filter(([, runs]) => (runs as Runs).some((outputs) => outputs.length > 0)),
  );

describe('imported n8n workflows', () => {
  it.each(recorded.map((each) => [each.workflow.name, each] as const))('%s', async (_, { workflow, error, nodes }) => {
    const { report, documents } = readForeign(JSON.stringify(workflow));
    expect(report.program).toBe('n8n');
    const [document] = documents;
    if (document === undefined) throw new Error('nothing was imported');
    expect(lab.lab.engine.check(document).filter((each) => each.severity === 'error')).toEqual([]);
    const end = await lab.run(document);
    const goesOn = workflow.nodes.some((node) => 'onError' in node || 'continueOnFail' in node);
    if (error !== undefined && !goesOn) {
      expect(end.status).toBe('failed');
      expect(end.error?.message).toContain(error);
      return;
    }
    expect(end.error).toBeUndefined();
    const given = await givenByNode(end.events);
    const [ours, theirs] = [trimmed(given), trimmed(nodes)];
    expect(ours).toEqual(theirs);
    // The order of the fields is the same too.
    for (const [name, runs] of Object.entries(theirs)) expect(JSON.stringify(ours[name])).toBe(JSON.stringify(runs));
    for (const [name, items] of Object.entries(end.outputs)) {
      const runs = nodes[name];
      if (runs !== undefined) expect(items).toEqual(runs.flatMap((outputs) => outputs[0] ?? []));
    }
  });
});
