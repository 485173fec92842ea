import { expect, test } from 'vitest';
import type { Plan } from '../plan-types.ts';
import { outerSteps } from './outer-steps.ts';

// outer { inner { x } }, y
const plan = {
  nodes: [
    { id: 'outer', scope: 0 },
    { id: 'inner', scope: 1 },
    { id: 'x', scope: 2 },
    { id: 'y', scope: 0 },
  ],
  scopes: [
    { parent: -1, loop: -1, depth: 0 },
    { parent: 0, loop: 0, depth: 1 },
    { parent: 1, loop: 1, depth: 2 },
  ],
} as unknown as Plan;

test.each([
  ['x#1.2', ['outer', 'inner#1']],
  ['x#10.2~retry', ['outer', 'inner#10']],
  ['inner#3', ['outer']],
  ['outer', []],
  ['y', []],
  ['absent#1', []],
  ['', []],
])('%s stands in %j', (step, outer) => {
  expect(outerSteps(plan, step)).toEqual(outer);
});
