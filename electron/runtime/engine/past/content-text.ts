// Everything that a node's outputs depend on, as one text, for nodes whose results may be taken over. Pure.

import type { JsonValue } from '../../../../shared/model/json.ts';
import { canonicalJson } from '../../policy/canonical.ts';
import { renderConfig } from '../../templates.ts';
import type { PlanNode } from '../plan-types.ts';
import type { StepScope } from '../scope.ts';

/** Powers through which a node's code reads more than its config and inputs. */
const readers: ReadonlySet<string> = new Set(['expressions', 'scripts', 'variables', 'workflows']);

/** Throws what a template throws. */
export function contentText(node: PlanNode, scope: StepScope): string {
  const { type } = node;
  const config = node.hasTemplates ? renderConfig(node.config, type.fields, scope, node.title) : node.config;
  const seesAll = type.inputs.length === 0 || (type.needs as readonly string[]).some((need) => readers.has(need));
  const seen: Record<string, JsonValue> = { kind: type.kind, version: type.version, config, inputs: scope.inputs };
  if (seesAll) {
    seen.vars = scope.vars;
    seen.steps = scope.stepsNamedIn(JSON.stringify(node.config));
    seen.item = scope.item ?? null;
    seen.index = scope.index ?? null;
  }
  return canonicalJson(seen);
}
