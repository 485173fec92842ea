// How Merge makes one object of two that have the same fields.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import type { NodeRun } from '../node-run.ts';
import { assign, merge } from '../values.ts';

export interface Clash {
  resolveClash?: string;
  mergeMode?: string;
  overrideEmpty?: boolean;
}

/** Settings that were opened but not chosen are empty in n8n, which is not the same as missing. */
export function clashOf(run: NodeRun): Clash {
  const clash = run.param<Clash | undefined>('options.clashHandling.values', 0, undefined);
  return clash === undefined ? {} : { resolveClash: '', ...clash };
}

const keepFilled = (target: unknown, source: unknown): never | undefined =>
  (source === undefined || source === null || source === '' ? target : undefined) as never;

/** How two objects become one. */
export function joiner(clash: Clash): (target: JsonObject, ...sources: (JsonObject | undefined)[]) => JsonObject {
  const customizer = clash.overrideEmpty === true ? keepFilled : undefined;
  if (clash.mergeMode === 'shallowMerge') return (target, ...sources) => assign({ ...target }, sources, customizer);
  if (clash.mergeMode === 'deepMerge' && customizer !== undefined) return (target, ...sources) => merge({ ...target }, sources, customizer);
  return (target, ...sources) => merge({}, [target, ...sources]);
}
