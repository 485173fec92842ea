// What every field component of a node's form gets.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { FieldKind, FieldSpec } from '../../../../shared/model/node-descriptor.ts';
import type { Variable } from '../model/variables.ts';

export type SpecOf<K extends FieldKind> = Extract<FieldSpec, { kind: K }>;

export interface FieldProps<K extends FieldKind> {
  spec: SpecOf<K>;
  /** Of the control, for its label. */
  id: string;
  value: JsonValue | undefined;
  /** Undefined removes the key from the config. */
  onChange(value: JsonValue | undefined): void;
  /** The whole config, and a way to set several keys at once. */
  config: JsonObject;
  onConfig(values: Readonly<Record<string, JsonValue | undefined>>): void;
  variables: readonly Variable[];
  isInvalid: boolean;
  disabled: boolean;
}

export const asText = (value: JsonValue | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && value !== undefined && typeof value === 'object' && !Array.isArray(value);
