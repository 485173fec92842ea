// The inputs of a workflow as a JSON Schema. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';

const types: Record<string, JsonObject> = {
  text: { type: 'string' },
  folder: { type: 'string', description: 'The full path of a folder.' },
  file: { type: 'string', description: 'The full path of a file.' },
  number: { type: 'number' },
  toggle: { type: 'boolean' },
  json: {},
};

export function inputSchemaOf(document: Pick<WorkflowDocument, 'nodes'>): JsonObject {
  const properties: JsonObject = {};
  const required: string[] = [];
  for (const { kind, config } of document.nodes) {
    const { name, type, label, default: given, required: isRequired } = config as Record<string, JsonValue | undefined>;
    if (kind !== 'flow.input' || typeof name !== 'string') continue;
    const property: JsonObject = { ...(types[typeof type === 'string' ? type : 'text'] ?? {}) };
    if (typeof label === 'string' && label !== '') property.title = label;
    if (given !== undefined) property.default = given;
    properties[name] = property;
    if (isRequired !== false && given === undefined) required.push(name);
  }
  return { type: 'object', properties, required };
}
