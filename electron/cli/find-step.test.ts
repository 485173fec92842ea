import { expect, test } from 'vitest';
import { graph } from '../../tests/helpers/engine-lab.ts';
import { findStep } from './find-step.ts';

const document = graph([
  { id: 'send', kind: 'tool.http-request', title: 'Send it' },
  { id: 'sum', kind: 'data.code', title: 'Sum #1' },
  { id: 'a', kind: 'data.template', title: 'Text' },
  { id: 'b', kind: 'data.template', title: 'Text' },
  { id: 'c', kind: 'flow.delay' },
]);
const kinds = new Map([['flow.delay', 'Wait']]);
const find = (wanted: string): string => findStep(document, wanted, kinds);

test.each([
  ['send', 'send'],
  ['send#2', 'send#2'],
  ['send#3.0', 'send#3.0'],
  ['send/model-1', 'send/model-1'],
  ['Send it', 'send'],
  ['send IT#2', 'send#2'],
  ['Sum #1', 'sum'],
  ['Sum #1#4', 'sum#4'],
  ['wait', 'c'],
])('“%s” is the step %s', (wanted, step) => {
  expect(find(wanted)).toBe(step);
});

test('a name that two have, or none, is refused with those that there are', () => {
  expect(() => find('Text')).toThrow(expect.objectContaining({ code: 'input-step-unknown', hint: 'Give an id: a, b.' }));
  expect(() => find('Nowhere')).toThrow(
    expect.objectContaining({ code: 'input-step-unknown', hint: expect.stringContaining('Send it (send)') }),
  );
});
