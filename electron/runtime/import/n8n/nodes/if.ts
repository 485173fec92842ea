// If (1 and 2) and Filter (1 and 2): items that pass, and items that do not.

import { passesFilter } from '../filter.ts';
import type { Behaviour, NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import type { Loose } from '../values.ts';
import { asTime, compareOld, defaultOperation, defaultValue } from './conditions-old.ts';

interface OldCondition {
  value1?: Loose;
  value2?: Loose;
  operation?: string;
}

export const ifNode: Behaviour = {
  outputs: 2,
  run: (run) => (run.version < 2 ? splitOld(run, run.node.type.endsWith('.filter')) : splitNew(run)),
};

/** n8n shows only its first output; the second is there as in n8n's own data. */
export const filterNode: Behaviour = { ...ifNode, outputs: 1 };

function splitNew(run: NodeRun): Item[][] {
  const passed: Item[] = [];
  const others: Item[] = [];
  run.items.forEach((item, index) => {
    try {
      const made = item.pairedItem === undefined ? { ...item, pairedItem: { item: index } } : item;
      (passesFilter(run.param('conditions', index, {}), index, run.timezone) ? passed : others).push(made);
    } catch (error) {
      if (!run.continuesOnFail) throw error;
      others.push(item);
    }
  });
  return [passed, others];
}

function splitOld(run: NodeRun, isFilter: boolean): Item[][] {
  const passed: Item[] = [];
  const others: Item[] = [];
  run.items.forEach((item, index) => {
    const any = isFilter ? run.param('combineConditions', index, 'AND') === 'OR' : run.param('combineOperation', index, 'all') === 'any';
    (passesOld(run, index, any, isFilter) ? passed : others).push(item);
  });
  return [passed, others];
}

function passesOld(run: NodeRun, index: number, any: boolean, isFilter: boolean): boolean {
  for (const type of ['boolean', 'dateTime', 'number', 'string']) {
    for (const condition of run.param<OldCondition[]>(`conditions.${type}`, index, [])) {
      let a = condition.value1 === undefined && !Object.hasOwn(condition, 'value1') ? defaultValue[type] : condition.value1;
      let b = condition.value2 === undefined && !Object.hasOwn(condition, 'value2') ? defaultValue[type] : condition.value2;
      if (type === 'dateTime') [a, b] = [asTime(a), asTime(b)];
      const fallback = isFilter && type === 'number' ? 'smaller' : (defaultOperation[type] as string);
      const holds = compareOld(condition.operation ?? fallback, a, b);
      if (holds && any) return true;
      if (!holds && !any) return false;
    }
  }
  return !any;
}
