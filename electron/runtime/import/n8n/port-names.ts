// Names of a node's outputs on our canvas.

import { outputCount } from './execute-node.ts';
import { shortType } from './nodes/index.ts';
import type { N8nNode } from './types.ts';
import { get } from './values.ts';

const fixed: Record<string, string[]> = {
  if: ['true', 'false'],
  compareDatasets: ['in A only', 'same', 'different', 'in B only'],
};

export function portNames(node: N8nNode): string[] {
  const names = normalNames(node);
  // A node without outputs hands its items on when it is switched off or goes on after its error.
  if (names.length === 0) return ['items'];
  return node.onError === 'continueErrorOutput' ? [...names, 'failed'] : names;
}

function normalNames(node: N8nNode): string[] {
  const type = shortType(node.type);
  if (type === 'splitInBatches' && node.typeVersion >= 2) return node.typeVersion >= 3 ? ['done', 'loop'] : ['loop', 'done'];
  if (Object.hasOwn(fixed, type)) return fixed[type] as string[];
  const count = outputCount(node);
  if (count <= 1) return count === 0 ? [] : ['items'];
  const rules = get(node.parameters, node.typeVersion < 3 ? 'rules.rules' : 'rules.values');
  const used = new Set<string>();
  return Array.from({ length: count }, (_, at) => {
    const key = Array.isArray(rules) ? get(rules[at], 'outputKey') : undefined;
    let name = typeof key === 'string' && key.trim() !== '' && !key.startsWith('=') ? key.trim().slice(0, 40) : `output ${at}`;
    if (used.has(name) || name === 'out' || name === 'error') name = `${name} ${at}`;
    used.add(name);
    return name;
  });
}
