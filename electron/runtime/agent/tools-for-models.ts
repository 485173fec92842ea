// What a model is told of tools: never the words that no person has seen yet, and no characters that a person cannot see. Pure.

import { hasHidden, withoutHidden } from '../../../shared/model/hidden-characters.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';

function clean(value: JsonValue): JsonValue {
  if (typeof value === 'string') return hasHidden(value) ? withoutHidden(value) : value;
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [hasHidden(key) ? withoutHidden(key) : key, clean(each)]));
}

/** A changed tool as it was accepted; one that is new on its server not at all, until a person has seen it. */
export function toolsForModels(tools: readonly ToolInfo[]): ToolInfo[] {
  return tools.flatMap((tool) => {
    if (tool.unaccepted !== undefined && tool.unaccepted.before === undefined) return [];
    const known = { ...tool, ...tool.unaccepted?.before };
    return [
      {
        ...known,
        title: withoutHidden(known.title),
        description: withoutHidden(known.description),
        inputSchema: clean(known.inputSchema) as JsonObject,
      },
    ];
  });
}
