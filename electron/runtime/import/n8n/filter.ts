// n8n's condition parameter (If and Filter 2, Switch 3): typed comparisons of two values, joined by and/or.

import { DateTime } from 'luxon';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { type Converted, convert } from './convert-types.ts';
import { NodeFault } from './node-run.ts';
import { isObject, type Loose } from './values.ts';

interface Condition {
  leftValue?: Loose;
  rightValue?: Loose;
  operator?: { type?: string; operation?: string; rightType?: string; singleValue?: boolean };
}

const withArticle = (noun: string): string => `${'aeiou'.includes(noun.charAt(0)) ? 'an' : 'a'} ${noun}`;

function readValue(value: Loose, type: string, isStrict: boolean, version: number, zone: string): Converted {
  if (type === 'any' || value === null || value === undefined) return { valid: true, value };
  if (type === 'boolean' && !isStrict) {
    if (version >= 2) {
      const read = convert('filter', value, type);
      if (read.valid) return read;
    }
    return { valid: true, value: Boolean(value) };
  }
  if (type === 'number') {
    if (Number.isNaN(value)) return { valid: true, value };
    const isNothing = (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
    if (isNothing && version >= 3) return { valid: true, value: null };
  }
  return convert('filter', value, type, { strict: isStrict, parseStrings: true, zone });
}

/** `zone`: of dates that say none. */
export function passesFilter(filter: Loose, itemIndex: number, zone: string): boolean {
  if (!isObject(filter)) return filter === true;
  const conditions = (Array.isArray(filter.conditions) ? filter.conditions : []) as unknown as Condition[];
  const options = isObject(filter.options) ? filter.options : {};
  const passes = (condition: Condition, index: number): boolean => passesCondition(condition, options, { index, itemIndex, zone });
  if (filter.combinator === 'or') return conditions.some(passes);
  return (filter.combinator === 'and' || filter.combinator === undefined) && conditions.every(passes);
}

interface Place {
  index: number;
  itemIndex: number;
  zone: string;
}

function passesCondition(condition: Condition, options: JsonObject, place: Place): boolean {
  const type = condition.operator?.type ?? 'string';
  const operation = condition.operator?.operation ?? 'equals';
  const { left, right } = readBoth(condition, type, options, place);
  const exists = left !== undefined && left !== null && !Number.isNaN(left);
  if (operation === 'exists') return exists;
  if (operation === 'notExists') return !exists;
  const ignoreCase = options.caseSensitive !== true;
  switch (type) {
    case 'string':
      return compareTexts(operation, left, right, ignoreCase);
    case 'number':
      return compareNumbers(operation, left as number, right as number, exists);
    case 'dateTime':
      return compareDates(operation, left, right, exists);
    case 'boolean':
      return compareBooleans(operation, left, right, exists);
    case 'array':
      return compareLists(operation, (left ?? []) as JsonValue[], right, ignoreCase);
    case 'object': {
      const isEmpty = !isObject(left) || Object.keys(left).length === 0;
      return operation === 'empty' ? isEmpty : operation === 'notEmpty' && !isEmpty;
    }
    default:
      return false;
  }
}

function readBoth(condition: Condition, type: string, options: JsonObject, { index, itemIndex, zone }: Place) {
  const isStrict = options.typeValidation === 'strict';
  const version = typeof options.version === 'number' ? options.version : 1;
  const rightType = condition.operator?.rightType ?? type;
  const left = readValue(condition.leftValue, type, isStrict, version, zone);
  const right = readValue(condition.rightValue, rightType, isStrict, version, zone);
  const rightCounts = condition.operator?.singleValue !== true;
  const fault = (expected: string, value: Loose): NodeFault => {
    const from = (typeof value).toLowerCase();
    const place = `[condition ${index}, item ${itemIndex}]`;
    if (isStrict)
      return new NodeFault(`Wrong type: '${String(value)}' is ${withArticle(from)} but was expecting ${withArticle(expected)} ${place}`);
    return new NodeFault(`Conversion error: the ${from} '${String(value)}' can't be converted to ${withArticle(expected)} ${place}`);
  };
  if (!left.valid && !right.valid && rightCounts && typeof condition.leftValue === typeof condition.rightValue)
    throw new NodeFault(`Comparison type expects ${withArticle(type)} but both fields are ${withArticle(typeof condition.leftValue)}`);
  if (!left.valid) throw fault(type, condition.leftValue);
  if (!right.valid && rightCounts) throw fault(rightType, condition.rightValue);
  return { left: left.value, right: right.valid ? right.value : undefined };
}

type Side = Loose | DateTime;

function compareTexts(operation: string, given: Side, against: Side, ignoreCase: boolean): boolean {
  const isRegex = operation === 'regex' || operation === 'notRegex';
  let left = String(given ?? '');
  let right = String(against ?? '');
  if (ignoreCase) left = left.toLocaleLowerCase();
  if (ignoreCase && !isRegex) right = right.toLocaleLowerCase();
  switch (operation) {
    case 'empty':
      return left.length === 0;
    case 'notEmpty':
      return left.length !== 0;
    case 'equals':
      return left === right;
    case 'notEquals':
      return left !== right;
    case 'contains':
      return left.includes(right);
    case 'notContains':
      return !left.includes(right);
    case 'startsWith':
      return left.startsWith(right);
    case 'notStartsWith':
      return !left.startsWith(right);
    case 'endsWith':
      return left.endsWith(right);
    case 'notEndsWith':
      return !left.endsWith(right);
    case 'regex':
      return matches(left, right);
    case 'notRegex':
      return !matches(left, right);
    default:
      return false;
  }
}

/** A pattern as text or as `/pattern/flags`. */
export function matches(text: string, pattern: string): boolean {
  const written = /^\/([\s\S]*?)\/([gimusy]*)$/.exec(pattern);
  try {
    return new RegExp(written?.[1] ?? pattern, written?.[2] ?? '').test(text);
  } catch (error) {
    throw new NodeFault(error instanceof Error ? error.message : String(error));
  }
}

function compareNumbers(operation: string, left: number, right: number, exists: boolean): boolean {
  switch (operation) {
    case 'empty':
      return !exists;
    case 'notEmpty':
      return exists;
    case 'equals':
      return left === right;
    case 'notEquals':
      return left !== right;
    case 'gt':
      return left > right;
    case 'lt':
      return left < right;
    case 'gte':
      return left >= right;
    case 'lte':
      return left <= right;
    default:
      return false;
  }
}

function compareDates(operation: string, left: Side, right: Side, exists: boolean): boolean {
  if (operation === 'empty') return !exists;
  if (operation === 'notEmpty') return exists;
  if (!DateTime.isDateTime(left) || !DateTime.isDateTime(right)) return false;
  const difference = left.toMillis() - right.toMillis();
  switch (operation) {
    case 'equals':
      return difference === 0;
    case 'notEquals':
      return difference !== 0;
    case 'after':
      return difference > 0;
    case 'before':
      return difference < 0;
    case 'afterOrEquals':
      return difference >= 0;
    case 'beforeOrEquals':
      return difference <= 0;
    default:
      return false;
  }
}

function compareBooleans(operation: string, left: Side, right: Side, exists: boolean): boolean {
  switch (operation) {
    case 'empty':
      return !exists;
    case 'notEmpty':
      return exists;
    case 'true':
      return left === true;
    case 'false':
      return left !== true;
    case 'equals':
      return left === right;
    case 'notEquals':
      return left !== right;
    default:
      return false;
  }
}

function compareLists(operation: string, left: JsonValue[], right: Side, ignoreCase: boolean): boolean {
  const contains = (): boolean =>
    ignoreCase && typeof right === 'string'
      ? left.some((each) => typeof each === 'string' && each.toLocaleLowerCase() === right.toLocaleLowerCase())
      : left.includes(right as JsonValue);
  const count = right as number;
  switch (operation) {
    case 'contains':
      return contains();
    case 'notContains':
      return !contains();
    case 'lengthEquals':
      return left.length === count;
    case 'lengthNotEquals':
      return left.length !== count;
    case 'lengthGt':
      return left.length > count;
    case 'lengthLt':
      return left.length < count;
    case 'lengthGte':
      return left.length >= count;
    case 'lengthLte':
      return left.length <= count;
    case 'empty':
      return left.length === 0;
    case 'notEmpty':
      return left.length !== 0;
    default:
      return false;
  }
}
