// Switch, versions 1 to 3: each item to an output by rules or by a number.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { passesFilter } from '../filter.ts';
import { type Behaviour, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, isObject, type Loose } from '../values.ts';
import { asTime, compareSwitch, defaultOperation, defaultValue } from './conditions-old.ts';

/** More have no place on a canvas; n8n itself draws a few dozen at most. */
const maxOutputs = 99;

export const switchNode: Behaviour = {
  outputs: (parameters, version) => {
    if (version < 2) return 4;
    if (parameters.mode === 'expression') {
      const count = Number(parameters[version < 3 ? 'outputsAmount' : 'numberOutputs'] ?? 4);
      return Number.isInteger(count) && count > 0 && count < 100 ? count : 4;
    }
    const rules = get(parameters, version < 3 ? 'rules.rules' : 'rules.values');
    const extra = get(parameters, 'options.fallbackOutput') === 'extra' ? 1 : 0;
    return Math.min(maxOutputs, (Array.isArray(rules) ? rules.length : version < 3 ? 4 : 0) + extra || 1);
  },
  run: (run) => (run.version < 3 ? routeOld(run) : routeNew(run)),
};

/** What is no number passes n8n's own check, and fails there. */
function push(output: Item[] | undefined, item: Item): void {
  if (output === undefined) throw new NodeFault("Cannot read properties of undefined (reading 'push')");
  output.push(item);
}

function outputIndex(given: Loose, index: number): number {
  if (given !== null && given !== undefined && Number.isNaN(Number(given)))
    throw new NodeFault(`Invalid input for 'Output Index' [item ${index}]`);
  return given as number;
}

function routeNew(run: NodeRun): Item[][] {
  const mode = run.param('mode', 0, 'rules');
  let outputs: Item[][] = [];
  const put = (item: Item, at: number): void => {
    if (Number(at) === outputs.length) throw new NodeFault(`The ouput ${at} is not allowed. `);
    if (at < 0 || at > outputs.length) throw new NodeFault(`The ouput ${at} is not allowed`);
    push(outputs[at], item);
  };
  run.items.forEach((given, index) => {
    const item: Item = { ...given, pairedItem: { item: index } };
    try {
      if (mode === 'expression') {
        if (index === 0) outputs = Array.from({ length: Number(run.param('numberOutputs', index, 4)) }, () => []);
        put(item, outputIndex(run.param<Loose>('output', index, 0), index));
        return;
      }
      const count = (run.raw('rules.values') as Loose[] | undefined)?.length ?? 0;
      if (count === 0) return;
      const options = run.param<JsonObject>('options', index, {});
      const fallback = options.fallbackOutput;
      if (index === 0) outputs = Array.from({ length: count + (fallback === 'extra' ? 1 : 0) }, () => []);
      let found = false;
      for (let rule = 0; rule < count; rule += 1) {
        if (!passesFilter(run.param(`rules.values[${rule}].conditions`, index, {}), index, run.timezone)) continue;
        found = true;
        (outputs[rule] as Item[]).push(item);
        if (options.allMatchingOutputs !== true) return;
      }
      if (found || fallback === undefined || fallback === 'none') return;
      if (fallback === 'extra') outputs.at(-1)?.push(item);
      else put(item, fallback as number);
    } catch (error) {
      if (!run.continuesOnFail || outputs[0] === undefined) throw error;
      outputs[0].push({ json: { error: messageOf(error) } });
    }
  });
  return outputs.length === 0 ? [[]] : outputs;
}

interface OldRule {
  value2?: Loose;
  operation?: string;
  output?: number;
}

function routeOld(run: NodeRun): Item[][] {
  let outputs: Item[][] = run.version < 2 ? [[], [], [], []] : [];
  const put = (item: Item, at: number): void => {
    if (at < 0 || at >= outputs.length)
      throw new NodeFault(`The ouput ${at} is not allowed. It has to be between 0 and ${outputs.length - 1}!`);
    push(outputs[at], item);
  };
  run.items.forEach((given, index) => {
    const item: Item = run.version < 2 ? given : { ...given, pairedItem: { item: index } };
    try {
      const rules = run.param<OldRule[]>('rules.rules', index, []);
      if (run.param('mode', index, 'rules') === 'expression') {
        if (run.version >= 2 && index === 0) outputs = Array.from({ length: Number(run.param('outputsAmount', index, 4)) }, () => []);
        put(item, run.param<number>('output', index, 0));
        return;
      }
      if (run.version >= 2 && index === 0) outputs = rules.map(() => []);
      routeByRules(run, item, index, rules, put);
    } catch (error) {
      if (!run.continuesOnFail || outputs[0] === undefined) throw error;
      outputs[0].push({ json: { error: messageOf(error) } });
    }
  });
  return outputs;
}

function routeByRules(run: NodeRun, item: Item, index: number, rules: OldRule[], put: (item: Item, at: number) => void): void {
  const type = run.param<string>('dataType', 0, 'number');
  let value = run.param<Loose>('value1', index, defaultValue[type]);
  if (type === 'dateTime') value = asTime(value);
  for (const [at, rule] of rules.entries()) {
    const against = isObject(rule) && Object.hasOwn(rule, 'value2') ? rule.value2 : defaultValue[type];
    if (!compareSwitch(rule.operation ?? (defaultOperation[type] as string), value, type === 'dateTime' ? asTime(against) : against))
      continue;
    put(item, run.version < 2 ? (rule.output ?? 0) : at);
    return;
  }
  const fallback = run.param<number>('fallbackOutput', index, -1);
  if (fallback !== -1) put(item, fallback);
}
