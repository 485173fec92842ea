// n8n's triggers as ours: kind and config.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { shortType } from './nodes/index.ts';
import { zoneOf } from './run-workflow.ts';
import type { N8nNode, N8nWorkflow } from './types.ts';
import { isObject } from './values.ts';

export interface OurTrigger {
  kind: string;
  config: JsonObject;
}

/** Several where n8n's one trigger has several rules. */
export function triggersOf(node: N8nNode, workflow: N8nWorkflow): OurTrigger[] {
  switch (shortType(node.type)) {
    case 'manualTrigger':
    case 'start':
      return [{ kind: 'trigger.manual', config: {} }];
    case 'executeWorkflowTrigger':
      // What is pinned to it stands in when nothing is given.
      return [
        {
          kind: 'flow.input',
          config: {
            name: 'items',
            label: 'Items',
            type: 'json',
            required: false,
            default: (workflow.pinData?.get(node.name) ?? [{ json: {} }]) as unknown as JsonValue,
          },
        },
      ];
    case 'webhook': {
      const method = node.parameters.httpMethod ?? 'GET';
      return [{ kind: 'trigger.webhook', config: { method: method === 'GET' || method === 'POST' ? method : 'any' } }];
    }
    case 'errorTrigger':
      return [{ kind: 'trigger.manual', config: {} }];
    case 'scheduleTrigger':
    case 'cron':
    case 'interval':
      return rulesOf(node).map((rule) => ({ kind: 'trigger.schedule', config: schedule(rule, zoneOf(workflow)) }));
    default:
      return [];
  }
}

function rulesOf(node: N8nNode): JsonObject[] {
  const { parameters } = node;
  const rules = isObject(parameters.rule)
    ? parameters.rule.interval
    : isObject(parameters.triggerTimes)
      ? parameters.triggerTimes.item
      : undefined;
  if (Array.isArray(rules) && rules.length > 0) return rules.filter(isObject).slice(0, 20);
  if (shortType(node.type) === 'interval') return [{ field: parameters.unit ?? 'seconds', count: parameters.interval ?? 1 }];
  return [{}];
}

const whole = (value: JsonValue | undefined, fallback: number): number => {
  const number = Math.trunc(Number(value ?? fallback));
  return Number.isFinite(number) && number > 0 ? number : fallback;
};
const at = (value: JsonValue | undefined, fallback: number): number => {
  const number = Math.trunc(Number(value ?? fallback));
  return Number.isFinite(number) && number >= 0 ? number : fallback;
};

function schedule(rule: JsonObject, zone: string): JsonObject {
  const every = (count: number, unit: string): JsonObject => ({ mode: 'every', every: count, unit });
  const cron = (pattern: string): JsonObject => ({ mode: 'cron', cron: pattern, zone });
  const hour = at(rule.triggerAtHour ?? rule.hour, rule.mode === undefined ? 0 : 14);
  const minute = at(rule.triggerAtMinute ?? rule.minute, 0);
  const field = String(rule.field ?? rule.mode ?? 'days');
  switch (field) {
    case 'cronExpression':
    case 'custom':
      return cron(String(rule.expression ?? rule.cronExpression ?? '0 0 * * *'));
    case 'seconds':
      return every(whole(rule.secondsInterval ?? rule.count, 30), 'seconds');
    case 'minutes':
      return every(whole(rule.minutesInterval ?? rule.count, 5), 'minutes');
    case 'everyMinute':
      return cron('* * * * *');
    case 'everyHour':
      return cron(`${minute} * * * *`);
    case 'everyX':
      return every(whole(rule.value, 2), rule.unit === 'minutes' ? 'minutes' : 'hours');
    case 'hours':
      return whole(rule.hoursInterval ?? rule.count, 1) === 1
        ? cron(`${minute} * * * *`)
        : every(whole(rule.hoursInterval ?? rule.count, 1), 'hours');
    case 'weeks':
    case 'everyWeek': {
      const days = Array.isArray(rule.triggerAtDay) ? rule.triggerAtDay.map((day) => at(day, 0)) : [at(rule.weekday, 1)];
      return cron(`${minute} ${hour} * * ${days.length === 0 ? 0 : days.join(',')}`);
    }
    case 'months':
    case 'everyMonth':
      return cron(`${minute} ${hour} ${whole(rule.triggerAtDayOfMonth ?? rule.dayOfMonth, 1)} * *`);
    default: {
      const days = whole(rule.daysInterval ?? rule.count, 1);
      return days === 1 ? cron(`${minute} ${hour} * * *`) : every(days, 'days');
    }
  }
}
