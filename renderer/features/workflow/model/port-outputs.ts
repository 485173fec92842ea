import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue } from '../../../../shared/model/run.ts';
import { answerPort } from '../../../../shared/model/tool.ts';

interface Given {
  outputs?: Readonly<Record<string, JsonValue>> | undefined;
  large?: Readonly<Record<string, LargeValue>> | undefined;
}

/**
 * What a step gave by its ports, to be pinned or changed; undefined where some of it is too large for that. What a tool answered besides is
 * there to be looked at: no port gives it, and a node that is pinned with it would not run. Pure.
 */
export function portOutputs({ outputs = {}, large = {} }: Given): Record<string, JsonValue> | undefined {
  if (Object.keys(large).some((port) => port !== answerPort)) return undefined;
  return Object.fromEntries(Object.entries(outputs).filter(([port]) => port !== answerPort));
}
