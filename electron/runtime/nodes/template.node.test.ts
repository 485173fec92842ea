import { expect, test } from 'vitest';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { templateNode } from './template.node.ts';

test('writes text from its input and from earlier steps', async () => {
  const node = openNode(templateNode);
  const text = '{% for item in input.items %}- {{ item | upcase }}\n{% endfor %}{{ steps.g0.title }}';
  const end = await node.run({ text }, { given: [{ title: 'List', items: ['a', 'b'] }] });
  expect(end.outputs).toEqual({ out: '- A\n- B\nList' });
});

test('a template that does not parse is refused before the run, with its place', () => {
  const node = openNode(templateNode);
  expect(() => node.start({ text: '{% if %}' })).toThrow(/Template/);
});

test('a name that is not there fails the step instead of writing nothing', async () => {
  const node = openNode(templateNode);
  const end = await node.run({ text: 'Hello {{ input.nmae }}' }, { given: [{ name: 'Ada' }] });
  expect(end.status).toBe('failed');
  expect(end.error?.message).toContain('nmae');
});
