import { expect, test } from 'vitest';
import { applyChange } from '../model/changes.ts';
import { emptyDocument } from '../model/edits.ts';
import { fitsKind, kindOf, newVariable, variableKinds, withKind } from './variable-kinds.ts';

test('every kind is found again from its schema, and its first value fits', () => {
  for (const kind of variableKinds) {
    const variable = withKind({ name: 'a', schema: { odd: true }, initial: null }, kind);
    expect(kindOf(variable.schema)).toBe(kind);
    expect(fitsKind(kind, variable.initial)).toBe(true);
  }
  expect(kindOf({ type: 'string', maxLength: 3 })).toBeUndefined();
});

test('a change of kind keeps a first value that fits', () => {
  expect(withKind({ name: 'a', schema: {}, initial: 7 }, 'number').initial).toBe(7);
  expect(withKind({ name: 'a', schema: {}, initial: 7 }, 'text').initial).toBe('');
});

test('new variables get names that are free', () => {
  expect(newVariable(new Set(['value', 'value2'])).name).toBe('value3');
});

test('settings of a workflow are changed and taken back exactly, also where there were none', () => {
  const start = { ...emptyDocument('W'), priority: 3 };
  const { document, inverse } = applyChange(start, {
    type: 'settings',
    settings: { priority: undefined, deadlineMs: 60_000, variables: [newVariable(new Set())] },
  });
  expect(document).not.toHaveProperty('priority');
  expect(document).toMatchObject({ deadlineMs: 60_000, variables: [{ name: 'value' }] });
  expect(applyChange(document, inverse).document).toEqual(start);
  expect(Object.keys(applyChange(document, inverse).document)).not.toContain('deadlineMs');
});
