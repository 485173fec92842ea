import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { outputNode } from './output.node.ts';

test('names a result of the run and passes it on', async () => {
  const node = openNode(outputNode);
  const run = node.start({ name: 'report' }, { given: [{ lines: 3 }] });
  expect((await node.lab.end(run)).outputs).toEqual({ report: { lines: 3 } });
  expect((await node.end(run)).outputs).toEqual({ out: { lines: 3 } });
});

test('needs something to give, and a name', () => {
  const node = openNode(outputNode);
  expect(() => node.start({ name: 'report' })).toThrow(/Value/);
  expect(() => node.start({ name: '' }, { given: [1] })).toThrow(/needs a name/);
});
