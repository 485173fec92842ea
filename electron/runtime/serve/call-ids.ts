// The id of what a call makes follows from the call: done once more after its host has gone, it finds what it made. Other arguments, or
// another program, make another id. Pure.

import type { JsonObject } from '../../../shared/model/json.ts';
import { canonicalJson } from '../policy/canonical.ts';

export function idOfCall(
  hash: (text: string) => string,
  { client, call, tool, args }: { client: string; call: string; tool: string; args: JsonObject },
): string {
  return `p${hash(`call ${canonicalJson({ client, call, tool, args })}`).slice(0, 25)}`;
}
