// Takes secrets out of what a server says, and leaves it in a form that our own code can read: a secret may be a word such as `name` or
// `user`, by chance, or because a server that gives out tokens chose it so. Pure.

import { cleanStrings } from '../../../shared/model/json.ts';
import type { FoundTool } from './worker-messages.ts';

/** Our own words and those of the protocol and of JSON Schema. Where one of them stands alone, it says nothing of a secret. */
const words: ReadonlySet<string> = new Set(
  [
    'about action annotations arguments audio blob capabilities code completions content contents data description destructive details',
    'elicit elicitation experimental hasMore hint hints idempotent image inputSchema instructions isError isTemplate logging maxTokens',
    'message messages mimeType name notes openWorld outputSchema place prompt prompts protocol readOnly request resource resource-link',
    'resources resources.subscribe retryable role roots sample sampling schema server size source stop structured system tasks temperature',
    'text title tools uri url user assistant value values version what',
    '$anchor $comment $defs $dynamicRef $id $ref $schema additionalItems additionalProperties allOf anyOf array boolean const contains',
    'contentEncoding contentMediaType default definitions dependencies dependentRequired dependentSchemas deprecated else email enum',
    'enumNames examples exclusiveMaximum exclusiveMinimum format date date-time if integer items maxContains maxItems maxLength',
    'maxProperties maximum minContains minItems minLength minProperties minimum multipleOf not null number object oneOf pattern',
    'patternProperties prefixItems properties propertyNames required string then type unevaluatedItems unevaluatedProperties uniqueItems',
    'writeOnly',
  ].flatMap((line) => line.split(' ')),
);

/** The value itself where there is nothing to clean. */
export function cleanSaid<T>(value: T, clean: (text: string) => string): T {
  const cleaned = cleanStrings(value, (text) => (words.has(text) ? text : clean(text)));
  return cleaned === value || JSON.stringify(cleaned) === JSON.stringify(value) ? value : cleaned;
}

/** Shorter ones are words, too: a password `postgres` must not cost a server its tool `postgres_query`. */
const shortestInNames = 12;

/**
 * Tools keep their names, by which they are called and granted, whatever is known as a secret meanwhile. One with a long secret in its name
 * is left out, which `leftOut` is told. The same list where there is nothing to clean.
 */
export function cleanTools(tools: FoundTool[], clean: (text: string) => string, leftOut: () => void): FoundTool[] {
  const cleaned = cleanSaid(tools, clean);
  if (cleaned === tools) return tools;
  const kept = cleaned.flatMap((tool, at) => {
    const name = tools[at]?.name ?? tool.name;
    if (holdsSecret(name, clean(name))) {
      leftOut();
      return [];
    }
    return [{ ...tool, name }];
  });
  return JSON.stringify(kept) === JSON.stringify(tools) ? tools : kept;
}

function holdsSecret(name: string, cleaned: string): boolean {
  const marks = cleaned.match(/\[secret:[^\]]*\]/g) ?? [];
  return marks.length > 0 && name.length - (cleaned.length - marks.join('').length) >= shortestInNames * marks.length;
}
