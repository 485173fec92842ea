// What the forms and ports of all triggers have in common: what they bring, and what becomes of what was missed.

import type { MissedRule } from './job.ts';
import type { JsonObject } from './json.ts';
import type { FieldSpec, PortSpec } from './node-descriptor.ts';

const missedRules = ['skip', 'once', 'all'] as const satisfies readonly MissedRule[];

/** The rules that this trigger has, each with what it means for it. */
export const missedField = (label: string, words: Partial<Record<MissedRule, string>>, help?: string): FieldSpec => ({
  key: 'missed',
  label,
  kind: 'select',
  options: missedRules.flatMap((value) => (words[value] === undefined ? [] : [{ value, label: words[value] }])),
  ...(help === undefined ? {} : { help }),
});

type Kind = 'string' | 'number' | 'object' | 'array' | 'anything';

/** The one output of a trigger: what starts the run, an object with these members. */
export const triggerOutput = (label: string, members: Record<string, Kind>): PortSpec => ({
  name: 'out',
  label,
  schema: {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(members).map(([name, kind]): [string, JsonObject] => [name, kind === 'anything' ? {} : { type: kind }]),
    ),
  },
});
