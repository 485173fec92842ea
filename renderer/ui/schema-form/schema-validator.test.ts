import { describe, expect, it } from 'vitest';
import { placeOf, schemaValidator, withoutPatterns } from './schema-validator.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 2 }, age: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } },
  required: ['name'],
} as const;

describe('schemaValidator', () => {
  it('accepts what fits', () => {
    expect(schemaValidator.validateFormData({ name: 'Ada', tags: ['a'] }, person as never).errors).toEqual([]);
  });

  it('puts a missing value at the field that misses it', () => {
    const { errors, errorSchema } = schemaValidator.validateFormData({}, person as never);
    expect(errors.map((error) => error.property)).toEqual(['.name']);
    expect(errorSchema).toMatchObject({ name: { __errors: ['This is needed.'] } });
  });

  it('names the place of a wrong item and not its parents', () => {
    const { errors } = schemaValidator.validateFormData({ name: 'Ada', tags: ['a', 3] }, person as never);
    expect(errors.map((error) => error.property)).toEqual(['.tags.1']);
  });

  it('says in words what would fit', () => {
    const says = (schema: object, value: unknown) =>
      schemaValidator.validateFormData({ a: value }, { type: 'object', properties: { a: schema } } as never).errors[0]?.message;
    expect(says({ type: 'string', minLength: 2 }, 'A')).toBe('Write at least 2 characters.');
    expect(says({ type: 'string', maxLength: 2 }, 'Ada')).toBe('Write at most 2 characters.');
    expect(says({ type: 'integer', minimum: 18 }, 7)).toBe('This must be at least 18.');
    expect(says({ type: 'number', maximum: 0.5 }, 3)).toBe('This must be at most 0.5.');
    expect(says({ type: 'array', minItems: 1 }, [])).toBe('Choose at least 1.');
    expect(says({ type: 'array', maxItems: 1 }, ['a', 'b'])).toBe('Choose at most 1.');
    expect(says({ type: 'string', format: 'date-time' }, 'soon')).toBe('This must be a day and a time, such as 2026-12-01T10:00:00Z.');
    expect(says({ type: 'number' }, 'abc')).toBe('This must be a number.');
    expect(says({ type: 'integer' }, 1.5)).toBe('This must be a whole number.');
    expect(says({ type: 'string', enum: ['a'] }, 'b')).toBe('This must be one of the choices.');
    expect(says({ type: 'string', format: 'email' }, 'nope')).toBe('This must be an e-mail address.');
  });

  it('resolves references of the whole schema while choosing a variant', () => {
    const root = { $defs: { word: { type: 'string' } } };
    expect(schemaValidator.isValid({ $ref: '#/$defs/word' }, 'x', root as never)).toBe(true);
    expect(schemaValidator.isValid({ $ref: '#/$defs/word' }, 1, root as never)).toBe(false);
  });

  it('never runs a pattern that a server brought', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    expect(schemaValidator.validateFormData({ a: `${'a'.repeat(60)}!` }, schema as never).errors).toEqual([]);
  });
});

describe('withoutPatterns', () => {
  it('keeps a property that is called pattern', () => {
    const schema = { properties: { pattern: { type: 'string', pattern: 'x' } }, default: { pattern: 'kept' } };
    expect(withoutPatterns(schema)).toEqual({ properties: { pattern: { type: 'string' } }, default: { pattern: 'kept' } });
  });

  it('does not touch prototypes', () => {
    const copy = withoutPatterns(JSON.parse('{"properties":{"__proto__":{"type":"string"}}}')) as { properties: object };
    expect(Object.getPrototypeOf(copy.properties)).toBe(Object.prototype);
    expect(Object.hasOwn(copy.properties, '__proto__')).toBe(true);
  });
});

it('placeOf reads JSON pointers', () => {
  expect(placeOf('#/a~1b/0/c%20d')).toBe('.a/b.0.c d');
});
