// Secrets are named in arguments by a handle: `${secret:NAME}`, or `${secret:NAME/field}` for a field of one. In a tool server's configuration they are put in where it starts.

import { type SecretName, secretName } from '../../../shared/model/ids.ts';
import { type JsonObject, type JsonValue, mapStrings } from '../../../shared/model/json.ts';
import { secretHandle as handle } from '../../../shared/model/secret-handle.ts';
import { type SecretField, secretField } from '../../../shared/model/vault.ts';

/** What every handle begins with. */
const sign = '${secret:';

/** Most arguments hold none, and are looked at several times on their way. */
function mayHoldHandle(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes(sign);
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.some(mayHoldHandle);
  for (const key of Object.keys(value)) if (key.includes(sign) || mayHoldHandle(value[key] ?? null)) return true;
  return false;
}

export function secretNamesIn(value: JsonValue): SecretName[] {
  if (!mayHoldHandle(value)) return [];
  const names = new Set<SecretName>();
  mapStrings(value, (text) => {
    for (const match of text.matchAll(handle)) names.add(secretName.parse(match[1]));
    return text;
  });
  return [...names];
}

/** A copy with every handle replaced; one of a field that there cannot be stays. The copy must not be kept, shown or logged. */
export async function withSecrets(
  args: JsonObject,
  reveal: (name: SecretName, field: SecretField | undefined) => Promise<string>,
): Promise<JsonObject> {
  if (!mayHoldHandle(args)) return args;
  const found = new Map<string, { name: SecretName; field: SecretField | undefined }>();
  mapStrings(args, (text) => {
    for (const [whole, name, field] of text.matchAll(handle)) {
      const known = secretField.optional().safeParse(field);
      if (known.success) found.set(whole, { name: secretName.parse(name), field: known.data });
    }
    return text;
  });
  const values = new Map<string, string>();
  for (const [whole, { name, field }] of found) values.set(whole, await reveal(name, field));
  if (values.size === 0) return args;
  // A function, so that `$&` in a secret is not taken for a pattern.
  return mapStrings(args, (text) => text.replace(handle, (whole) => values.get(whole) ?? whole)) as JsonObject;
}
