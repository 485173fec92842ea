// Date & Time 2: current date, adding, formatting, rounding, difference, parts.

import { DateTime, type DateTimeUnit, type DurationUnit } from 'luxon';
import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import type { Loose } from '../values.ts';
import { dateTimeOld } from './date-time-old.ts';
import { readDate } from './dates.ts';

export const dateTimeNode: Behaviour = {
  limits: (parameters, version) => (version >= 2 && (parameters.operation ?? 'getCurrentDate') === 'getCurrentDate' ? [] : []),
  run: (run) => [run.version < 2 ? dateTimeOld(run) : dateTimeNew(run)],
};

const outputNames: Record<string, string> = {
  getCurrentDate: 'currentDate',
  addToDate: 'newDate',
  subtractFromDate: 'newDate',
  formatDate: 'formattedDate',
  roundDate: 'roundedDate',
  getTimeBetweenDates: 'timeDifference',
  extractDate: 'datePart',
};

function dateTimeNew(run: NodeRun): Item[] {
  const operation = run.param<string>('operation', 0, 'getCurrentDate');
  const keeps = run.param('options.includeInputFields', 0, false) === true;
  return forEachItem({ ...run, continuesOnFail: false } as NodeRun, (given, index) => {
    try {
      const item: Item = keeps ? { json: { ...given.json }, binary: given.binary } : { json: {} };
      item.pairedItem = { item: index };
      const name = run.param<string>('outputFieldName', index, outputNames[operation] ?? 'date');
      (item.json as Record<string, Loose>)[name] = work(run, operation, index);
      return item;
    } catch (error) {
      if (!run.continuesOnFail) throw error;
      return { json: { error: messageOf(error) } };
    }
  });
}

function work(run: NodeRun, operation: string, index: number): Loose {
  const zone = run.timezone;
  const date = (path: string): DateTime => readDate(run.param(path, index, ''), { zone });
  const options = run.param<JsonObject>('options', index, {});
  switch (operation) {
    case 'getCurrentDate': {
      const now = DateTime.fromMillis(run.now()).setZone(String(options.timezone || zone));
      if (now.invalidReason === 'unsupported zone')
        throw new NodeFault(`The timezone ${String(options.timezone)} is not valid. Please check the timezone.`);
      return (run.param('includeTime', index, true) === true ? now : now.startOf('day')).toString();
    }
    case 'addToDate':
    case 'subtractFromDate': {
      const by = { [run.param<string>('timeUnit', index, 'days')]: Number(run.param('duration', index, 0)) };
      return (operation === 'addToDate' ? date('magnitude').plus(by) : date('magnitude').minus(by)).toString();
    }
    case 'formatDate': {
      const value = run.param<Loose>('date', index, '');
      if (value === null || value === undefined) return value;
      const read = readDate(value, {
        zone: options.timezone ? zone : undefined,
        fromFormat: options.fromFormat as string | undefined,
        local: zone,
      });
      const format = run.param<string>('format', index, 'MM/dd/yyyy');
      return read.toFormat(format === 'custom' ? run.param<string>('customFormat', index, '') : format);
    }
    case 'roundDate': {
      if (run.param('mode', index, 'roundDown') === 'roundDown')
        return date('date')
          .startOf(run.param<DateTimeUnit>('toNearest', index, 'month'))
          .toString();
      const to = run.param<DateTimeUnit>('to', index, 'month');
      return date('date')
        .plus({ [to]: 1 })
        .startOf(to)
        .toString();
    }
    case 'getTimeBetweenDates': {
      const units = run.param<DurationUnit[]>('units', index, ['day']);
      const difference = date('endDate').diff(date('startDate'), units);
      return options.isoString === true ? difference.toString() : (difference.toObject() as JsonObject);
    }
    case 'extractDate': {
      const part = run.param<string>('part', index, 'month');
      return part === 'week' ? date('date').weekNumber : date('date').get(part as 'month');
    }
    default:
      throw new NodeFault(`The operation "${operation}" is not known!`);
  }
}
