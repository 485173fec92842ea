// The form of a program's grant offers every tool that Orrery offers to programs, and no other.

import { expect, it } from 'vitest';
import { servedTools as offered } from '../../electron/runtime/serve/tools.ts';
import { servedTools } from '../../renderer/features/grants/grant-form.ts';

it('offers what Orrery offers', () => {
  const names = offered({ ports: { store: {} } } as never).map(({ name }) => name);
  expect([...servedTools].sort()).toEqual(['*', ...names].sort());
});
