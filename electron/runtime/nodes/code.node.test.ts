import { expect, onTestFinished, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { createScripts } from '../../adapters/scripts/scripts.ts';
import { codeNode } from './code.node.ts';

function open() {
  const scripts = createScripts();
  onTestFinished(() => scripts.close());
  return openNode(codeNode, { scripts });
}

test('works over its input, with loops, dates and awaited values', async () => {
  const code = `
    const kept = input.entries.filter((entry) => entry.size > 1);
    const sum = await Promise.resolve(kept.reduce((total, { size }) => total + size, 0));
    return { names: kept.map(({ name }) => name), sum, vars };`;
  const given = [
    {
      entries: [
        { name: 'a', size: 1 },
        { name: 'b', size: 2 },
        { name: 'c', size: 5 },
      ],
    },
  ];
  const end = await open().run({ code }, { given });
  expect(end.error).toBeUndefined();
  expect(end.outputs).toEqual({ out: { names: ['b', 'c'], sum: 7, vars: {} } });
});

test('the clock stands still and chance repeats itself', async () => {
  const end = await open().run({ code: 'return [Date.now() === new Date().getTime(), typeof Math.random()];' }, { given: [1] });
  expect(end.outputs).toEqual({ out: [true, 'number'] });
});

test('a fault names its line', async () => {
  const end = await open().run({ code: 'const a = input;\nreturn a.b.c;' }, { given: [{}] });
  expect(end.error).toMatchObject({ code: 'script-failed', place: 'line 2', message: expect.stringContaining('line 2') });
});

test('returning nothing is a failure that says what to do', async () => {
  const end = await open().run({ code: 'const a = 1;' }, { given: [1] });
  expect(end.error).toMatchObject({ code: 'script-empty', hint: expect.stringContaining('return') });
});

test('a script that does not end is stopped at its time', async () => {
  const end = await open().run({ code: 'for (;;);', seconds: 0.3 }, { given: [1] });
  expect(end.error).toMatchObject({ code: 'script-timed-out' });
});

test('what it logs is told in the run', async () => {
  const end = await open().run({ code: 'console.log("seen", input); console.error("bad"); return 1;' }, { given: [{ a: 1 }] });
  const logs = JSON.stringify(end.events.filter((event) => event.type.includes('log')));
  expect(logs).toContain('seen {\\"a\\":1}');
  expect(logs).toContain('bad');
});

test('no way to the machine', async () => {
  const code = 'return [].map.constructor("return [typeof process, typeof require, typeof fetch, typeof setTimeout]")();';
  const end = await open().run({ code }, { given: [1] });
  expect(end.outputs).toEqual({ out: ['undefined', 'undefined', 'undefined', 'undefined'] });
});
