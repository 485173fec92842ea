// Nodes that move items along, wait, stop, answer or call another workflow.

import { DateTime } from 'luxon';
import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { toDateTime } from '../convert-types.ts';
import { webhookLeadsTo } from '../graph.ts';
import { type Behaviour, type Limit, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, isObject, type Loose } from '../values.ts';

/** Gives its items on unchanged. */
export const passNode: Behaviour = { firstItemOnly: true, run: (run) => [run.items] };

const units: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

export const waitNode: Behaviour = {
  firstItemOnly: true,
  limits(parameters) {
    const resume = parameters.resume ?? 'timeInterval';
    if (resume === 'webhook' || resume === 'form')
      return [
        { verdict: 'not', reason: 'Waiting for a call or a form has no counterpart in the middle of a run; use an “Ask a person” node.' },
      ];
    return [];
  },
  async run(run) {
    const resume = run.param<string>('resume', 0, 'timeInterval');
    if (resume === 'webhook' || resume === 'form') throw new NodeFault('Waiting for a call or a form is not possible here.');
    let ms: number;
    if (resume === 'specificTime') {
      const until = toDateTime(run.param('dateTime', 0, ''), run.timezone);
      if (until === undefined)
        throw new NodeFault(
          'Cannot put execution to wait because `dateTime` parameter is not a valid date. Please pick a specific date and time to wait until.',
        );
      ms = until.toMillis() - run.now();
    } else {
      const unit = run.param<string>('unit', 0, run.version < 1.1 ? 'hours' : 'seconds');
      const amount = run.param<unknown>('amount', 0, run.version < 1.1 ? 1 : 5);
      if (!Object.hasOwn(units, unit)) throw new NodeFault("Invalid wait unit. Valid units are 'seconds', 'minutes', 'hours', or 'days'.");
      if (typeof amount === 'string' && Number.isNaN(Number(amount))) throw new NodeFault("Invalid input for 'Wait Amount' [item 0]");
      if (typeof amount !== 'number' || Number.isNaN(amount) || amount < 0)
        throw new NodeFault('Invalid wait amount. Please enter a number that is 0 or greater.');
      ms = amount * (units[unit] as number) * 1000;
    }
    await run.sleep(Math.max(0, ms));
    return [run.items];
  },
};

export const stopAndErrorNode: Behaviour = {
  firstItemOnly: true,
  outputs: 0,
  run(run) {
    if (run.param('errorType', 0, 'errorMessage') === 'errorMessage') throw new NodeFault(String(run.param('errorMessage', 0, '')));
    const given = run.param<unknown>('errorObject', 0, '');
    // n8n reads a text here, and stumbles over an object.
    if (typeof given !== 'string') throw new NodeFault(`"${String(given)}" is not valid JSON`);
    const object = JSON.parse(given) as JsonObject;
    const text = (name: string): string => (typeof object[name] === 'string' ? (object[name] as string) : '');
    throw new NodeFault(
      text('message') || text('description') || text('error') || `Error: ${JSON.stringify(object)}`,
      text('description') || undefined,
    );
  },
};

export const respondNode: Behaviour = {
  firstItemOnly: true,
  limits: (): Limit[] => [
    { verdict: 'partly', reason: 'Items go through, but a webhook here is answered when the run is accepted, not by this node.' },
  ],
  run(run) {
    // A step from before this was told at import has neither, and hands its items on.
    const hasWebhook = run.node.hasWebhook ?? (run.workflow.connections.size === 0 || webhookLeadsTo(run.workflow, run.node.name));
    if (run.version < 1.1 || hasWebhook) return [run.items];
    const fault = 'No Webhook node found in the workflow';
    if (run.continuesOnFail) return [[{ json: { error: fault }, pairedItem: run.items.map((_, item) => ({ item })) }]];
    throw new NodeFault(
      fault,
      'Insert a Webhook node to your workflow and set the “Respond” parameter to “Using Respond to Webhook Node” ',
    );
  },
};

/** Triggers that stand in the middle of what n8n ran give what they were given. */
export const triggerNode: Behaviour = { firstItemOnly: true, run: (run) => [run.items] };

export const scheduleNode: Behaviour = {
  firstItemOnly: true,
  run(run) {
    // A schedule started by a person gives the time, as in n8n.
    const now = DateTime.fromMillis(run.now()).setZone(run.timezone).setLocale('en-US');
    const day = now.day % 100;
    const suffix = day >= 11 && day <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
    const clock = now.toFormat("h:mm:ss'|'").replace('|', now.hour < 12 ? ' am' : ' pm');
    return [
      [
        {
          json: {
            timestamp: now.toISO(),
            'Readable date': `${now.toFormat('MMMM d')}${suffix} ${now.toFormat('yyyy')}, ${clock}`,
            'Readable time': clock,
            'Day of week': now.toFormat('cccc'),
            Year: now.toFormat('yyyy'),
            Month: now.toFormat('MMMM'),
            'Day of month': now.toFormat('dd'),
            Hour: now.toFormat('HH'),
            Minute: now.toFormat('mm'),
            Second: now.toFormat('ss'),
            Timezone: `${run.timezone} (UTC${now.toFormat('ZZ')})`,
          },
        },
      ],
    ];
  },
};

export const executeWorkflowTriggerNode: Behaviour = {
  firstItemOnly: true,
  run(run) {
    const source = run.param<string>('inputSource', 0, run.version < 1.1 ? 'passthrough' : 'workflowInputs');
    if (source === 'passthrough') return [run.items];
    const names = inputNames(run);
    return [
      run.items.map((item) => ({
        json: Object.fromEntries(names.map((name) => [name, item.json[name] ?? null])),
        ...(item.binary === undefined ? {} : { binary: item.binary }),
        pairedItem: item.pairedItem,
      })),
    ];
  },
};

function inputNames(run: NodeRun): string[] {
  const listed = run.param<{ name: string }[]>('workflowInputs.values', 0, []);
  if (run.param('inputSource', 0, 'workflowInputs') !== 'jsonExample') return listed.map((each) => each.name);
  const example = run.param<unknown>('jsonExample', 0, '{}');
  const object: unknown = typeof example === 'string' ? JSON.parse(example) : example;
  return isObject(object) ? Object.keys(object) : [];
}

export const executeWorkflowNode: Behaviour = {
  limits(parameters) {
    const source = parameters.source ?? 'database';
    if (source === 'localFile' || source === 'url')
      return [{ verdict: 'not', reason: 'A workflow from a file or an address is not read here; import it and call it by name.' }];
    return [];
  },
  async run(run) {
    const mode = run.param('mode', 0, 'once');
    const groups = mode === 'each' ? run.items.map((item) => [item]) : [run.items];
    const made: Item[][] = [];
    for (const [index, items] of groups.entries()) {
      try {
        const called = await call(run, index, items);
        const outputs = run.param('options.waitForSubWorkflow', index, true) === false ? [items] : called;
        outputs.forEach((output, at) => {
          made[at] ??= [];
          made[at].push(
            ...output.map((item, place) => withPair(item, mode === 'each' ? index : undefined, place, output.length, run.items.length)),
          );
        });
      } catch (error) {
        if (!run.continuesOnFail)
          throw mode === 'each' ? new NodeFault(`Error executing workflow with item at index ${index}`, messageOf(error)) : error;
        const pairedItem = mode === 'each' ? { item: index } : run.items.map((_, item) => ({ item }));
        // Before version 1.3 each item's error has an output of its own, of which only the first is connected.
        const at = mode === 'each' && run.version < 1.3 ? index : 0;
        for (let output = 0; output <= at; output += 1) made[output] ??= [];
        made[at]?.push({ json: { error: messageOf(error) }, pairedItem });
      }
    }
    return made;
  },
};

function withPair(item: Item, each: number | undefined, place: number, count: number, all: number): Item {
  if (each !== undefined) return { ...item, pairedItem: { item: each } };
  return { ...item, pairedItem: count === all ? { item: place } : Array.from({ length: all }, (_, index) => ({ item: index })) };
}

async function call(run: NodeRun, index: number, items: Item[]): Promise<Item[][]> {
  const source = run.param<string>('source', index, 'database');
  const given = withInputs(run, index, items);
  if (source === 'parameter') {
    const text = run.param<unknown>('workflowJson', index, '');
    let json: unknown = text;
    if (typeof text === 'string') {
      try {
        json = JSON.parse(text);
      } catch (error) {
        throw new NodeFault(messageOf(error));
      }
    }
    if (!isObject(json)) throw new NodeFault('The workflow JSON of this node is not a workflow.');
    return run.subWorkflow({ json, items: given });
  }
  const id = run.param<Loose>('workflowId', index, '');
  return run.subWorkflow({ id: String(isObject(id) ? (id.value ?? '') : id), items: given });
}

/** From version 1.2 on, named inputs may replace the items' own fields. */
function withInputs(run: NodeRun, index: number, items: Item[]): Item[] {
  const schema = get(run.node.parameters, 'workflowInputs.schema');
  if (run.version < 1.2 || !Array.isArray(schema) || schema.length === 0) return items;
  return items.map((item, place) => {
    const values = run.param<JsonObject | null>('workflowInputs.value', items.length === 1 ? index : place, {}) ?? {};
    const json: Record<string, JsonValue> = {};
    for (const field of schema as JsonObject[]) {
      const name = String(field.id ?? field.displayName ?? '');
      if (field.removed !== true && name !== '') json[name] = values[name] ?? null;
    }
    return { ...item, json };
  });
}
