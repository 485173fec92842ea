// Nodes that stand in for others while a workflow is written: Simulate, and of Debug Helper what is neither chance nor a flood.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, NodeFault } from '../node-run.ts';

export const simulateNode: Behaviour = {
  firstItemOnly: true,
  async run(run) {
    const duration = Number(run.param('executionDuration', 0, 150));
    if (duration > 0) await run.sleep(duration);
    const output = run.param<string>('output', 0, 'all');
    if (output === 'all') return [run.items];
    if (output === 'specify') return [run.items.slice(0, Number(run.param('numberOfItems', 0, 1)))];
    const made = asJson(run.param<JsonValue>('jsonOutput', 0, '[]'));
    return [(Array.isArray(made) ? made : [made]).map((json) => ({ json: json as JsonObject }))];
  },
};

function asJson(given: JsonValue): JsonValue {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given) as JsonValue;
  } catch {
    throw new NodeFault('Invalid JSON');
  }
}

export const debugHelperNode: Behaviour = {
  firstItemOnly: true,
  limits: (parameters) =>
    ['oom', 'randomData'].includes(String(parameters.category))
      ? [{ verdict: 'not', reason: 'It makes random data and uses up memory for tests of n8n itself.' }]
      : [],
  run(run) {
    const category = run.param<string>('category', 0, 'throwError');
    if (category === 'doNothing') return [[]];
    return [
      forEachItem(run, () => {
        if (category === 'throwError') throw new NodeFault(run.param<string>('throwErrorMessage', 0, 'Node has thrown an error'));
        throw new NodeFault('It makes random data and uses up memory for tests of n8n itself.');
      }),
    ];
  },
};
