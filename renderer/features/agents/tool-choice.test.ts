import { expect, it } from 'vitest';
import { countOffered, effectOf, isOffered, pickAll, pickTool, withEffect } from './tool-choice.ts';

const known = ['read', 'write', 'list'];

it('ticks one tool once', () => {
  expect(pickTool(pickTool([], 'files', 'read', true, known), 'files', 'read', true, known)).toEqual(['files.read']);
});

it('unticking one of all keeps the others by name', () => {
  expect(pickTool(['web.get', 'files.*'], 'files', 'write', false, known)).toEqual(['web.get', 'files.read', 'files.list']);
});

it('all replaces single ticks, and taking it back takes all', () => {
  const all = pickAll(['files.read', 'web.get'], 'files', true);
  expect(all).toEqual(['web.get', 'files.*']);
  expect(countOffered(all, 'files', known)).toBe(3);
  expect(pickAll(all, 'files', false)).toEqual(['web.get']);
});

it('does not mix up servers whose names begin alike', () => {
  expect(pickAll(['files-2.read'], 'files', true)).toEqual(['files-2.read', 'files.*']);
  expect(isOffered(['files-2.*'], 'files', 'read')).toBe(false);
});

it('grants, denies and asks again', () => {
  const allowed = withEffect({ tools: [], folders: ['/a'] }, 'files', 'write', 'allow');
  expect(effectOf(allowed, 'files', 'write')).toBe('allow');
  expect(withEffect(withEffect(allowed, 'files', 'write', 'deny'), 'files', 'write', 'ask')).toEqual({ tools: [], folders: ['/a'] });
});
