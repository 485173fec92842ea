// What is taken at a look must be what the schema's own checker says as well.

import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/model/json.ts';
import { fitsPlainly, plainSchemaOf } from './plain-args.ts';

const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
const property = fc.record(
  { type: fc.constantFrom('string', 'number', 'integer', 'boolean'), description: fc.string() },
  { requiredKeys: ['type'] },
);
const schema = fc.record(
  {
    type: fc.constant('object'),
    properties: fc.dictionary(names, property),
    required: fc.array(names, { maxLength: 3 }),
    additionalProperties: fc.boolean(),
  },
  { requiredKeys: ['type'] },
);
const args = fc.dictionary(names, fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())));

it('takes nothing that the schema refuses', () => {
  let taken = 0;
  fc.assert(
    fc.property(schema, args, (given, values) => {
      const plain = plainSchemaOf(given as JsonObject);
      expect(plain).toBeDefined();
      if (plain === undefined || !fitsPlainly(plain, values as JsonObject)) return;
      taken += 1;
      expect(new Validator(given as object).validate(values).valid).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(50);
});

it.each([
  ['a number that has bounds', { type: 'object', properties: { a: { type: 'number', minimum: 1 } } }],
  ['one of several types', { type: 'object', properties: { a: { type: ['string', 'null'] } } }],
  ['a choice', { type: 'object', properties: { a: { type: 'string', enum: ['x'] } } }],
  ['a list', { type: 'object', properties: { a: { type: 'array' } } }],
  ['other names by a schema', { type: 'object', additionalProperties: { type: 'string' } }],
  ['something else as well', { type: 'object', minProperties: 1 }],
  ['not an object', { type: 'string' }],
  ['no type', { properties: {} }],
])('leaves %s to the checker', (_, given) => expect(plainSchemaOf(given as JsonObject)).toBeUndefined());
