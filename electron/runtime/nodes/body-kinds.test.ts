import { expect, it } from 'vitest';
import { hasBody } from '../../../shared/model/body-kinds.ts';
import { bodyPort } from '../engine/plan-types.ts';
import { builtInNodes } from './nodes.generated.ts';

it('those that have a body are known by their kind', () => {
  const withBody = builtInNodes.filter((type) => bodyPort(type) !== undefined).map((type) => type.kind);
  expect(withBody).toHaveLength(4);
  expect(builtInNodes.filter((type) => hasBody(type.kind)).map((type) => type.kind)).toEqual(withBody);
});
