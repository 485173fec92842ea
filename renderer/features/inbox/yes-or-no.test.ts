import { expect, test } from 'vitest';
import { answerOf, yesOrNo } from './yes-or-no.ts';

const save = { type: 'boolean', title: 'Save it' };
const name = { type: 'string', title: 'File name' };

test('one required boolean becomes two buttons; the other fields stay', () => {
  const found = yesOrNo({ type: 'object', properties: { save, name }, required: ['save'] });
  expect(found).toEqual({ name: 'save', title: 'Save it', rest: { type: 'object', properties: { name } } });
  if (found === undefined) throw new Error('It was not found.');
  expect(answerOf(found, true, { name: 'a' })).toEqual({ save: true, name: 'a' });
  expect(answerOf(found, false, undefined)).toEqual({ save: false });
  expect(yesOrNo({ type: 'object', properties: { save }, required: ['save'] })?.rest).toBeUndefined();
});

test('a bare boolean is answered as one', () => {
  const found = yesOrNo({ type: 'boolean' });
  expect(found).toEqual({ name: undefined, title: undefined, rest: undefined });
  if (found !== undefined) expect(answerOf(found, false, undefined)).toBe(false);
});

test('what only a yes needs is needed in the form beside the buttons', () => {
  const schema = { type: 'object', properties: { save, name }, required: ['save'] };
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
  const needs = { if: { properties: { save: { const: true } } }, then: { required: ['name'] } };
  expect(yesOrNo({ ...schema, ...needs })?.rest).toEqual({ type: 'object', properties: { name }, required: ['name'] });
  expect(yesOrNo({ ...schema, ...needs, if: { properties: { name: { const: true } } } })).toBeUndefined();
  expect(yesOrNo({ ...schema, ...needs, if: { properties: { save: { const: false } } } })).toBeUndefined();
  Object.assign(needs.then, { minProperties: 2 });
  expect(yesOrNo({ ...schema, ...needs })).toBeUndefined();
});

test('everything else keeps its form', () => {
  expect(yesOrNo({ type: 'object', properties: { save, name } })).toBeUndefined();
  expect(yesOrNo({ type: 'object', properties: { save, name }, required: ['save', 'name'] })).toBeUndefined();
  expect(yesOrNo({ type: 'object', properties: { save, name }, required: ['name'] })).toBeUndefined();
  expect(yesOrNo({ type: 'object', properties: { save: { ...save, const: true } }, required: ['save'] })).toBeUndefined();
  expect(yesOrNo({ type: 'object', properties: { save }, required: ['save'], if: {} })).toBeUndefined();
});
