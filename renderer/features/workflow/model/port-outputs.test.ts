import { expect, it } from 'vitest';
import { portOutputs } from './port-outputs.ts';

const large = { hash: 'a'.repeat(64), bytes: 20_000, preview: '{' };

it('is what the ports gave, without what a tool answered besides, however large that is', () => {
  expect(portOutputs({ outputs: { out: 'see A', answer: { server: 'notes', content: [] } } })).toEqual({ out: 'see A' });
  expect(portOutputs({ outputs: { out: 'see A' }, large: { answer: large } })).toEqual({ out: 'see A' });
  expect(portOutputs({ outputs: {}, large: { out: large } })).toBeUndefined();
  expect(portOutputs({})).toEqual({});
});
