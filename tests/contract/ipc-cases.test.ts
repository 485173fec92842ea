// Every method of the contract has a fuzz case of its own schema, whichever area it is in: what the ipc torture rests on.

import { expect, it } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import { makePayloads, refusedInput } from '../torture/ipc-payloads.ts';
import { fuzzCases, seeded } from './wire-fuzz.ts';

it('has malformed inputs for every method of the contract, made from the method’s own schema', () => {
  const { methods, methodsWithoutCase } = makePayloads(seeded(1));
  const all = Object.entries(contract).flatMap(([area, calls]) => Object.keys(calls).map((name) => `/${area}/${name}`));
  expect(methods.sort()).toEqual(all.sort());
  expect(methodsWithoutCase).toEqual([]);
});

it('takes none as malformed that a schema accepts', () => {
  const random = seeded(2);
  for (const item of fuzzCases()) {
    const refused = refusedInput(random, item);
    if (item.schema !== undefined) expect(item.schema.safeParse(JSON.parse(refused ?? '')).success, item.path).toBe(false);
    // Only a method that takes anything would have no case; it must be seen.
    const anything = { ...item, schema: { safeParse: () => ({ success: true }) } as never };
    expect(refusedInput(random, anything, 50)).toBeUndefined();
  }
});
