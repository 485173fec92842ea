// The steps in whose bodies a step stands. Pure.

import type { Plan } from '../plan-types.ts';

/** Outermost first, each by its own name: for `x#1.2`, `outer` and `inner#1`. None for a step that the plan does not know. */
export function outerSteps(plan: Pick<Plan, 'nodes' | 'scopes'>, step: string): string[] {
  const [, id, path = ''] = /^([^#/~]+)(?:#([\d.]+))?/.exec(step) ?? [];
  const place = path === '' ? [] : path.split('.');
  const found: string[] = [];
  let scope = plan.scopes[plan.nodes.find((node) => node.id === id)?.scope ?? 0];
  while (scope !== undefined && scope.loop >= 0) {
    const depth = scope.depth - 1;
    found.unshift(`${plan.nodes[scope.loop]?.id ?? ''}${depth === 0 ? '' : `#${place.slice(0, depth).join('.')}`}`);
    scope = plan.scopes[scope.parent];
  }
  return found;
}
