import { expect, test } from 'vitest';
import { addressParts } from './address-in.ts';
import { answerWords } from './answer-words.ts';

const words = { yes: 'Yes', no: 'No' };
const say = (schema: object | undefined, value: unknown) => answerWords(schema as never, value as never, 'send', words);

test('an answer is read by the names of its fields and choices', () => {
  const properties = {
    name: { type: 'string', title: 'Your name' },
    seat: { type: 'string', enum: ['w', 'b'], enumNames: ['Window', 'Bar'] },
    wine: { type: 'array', title: 'Wine', items: { enum: ['r', 'h'], enumNames: ['Red', 'White'] } },
    outside: { type: 'boolean', title: 'Outside' },
  };
  const value = { send: true, name: 'Ada', seat: 'b', wine: ['r', 'h'], outside: false, more: 4 };
  expect(say({ type: 'object', properties }, value)).toBe('Your name: Ada; seat: Bar; Wine: Red, White; Outside: No; more: 4');
});

test('a yes, a no and a text are said as such', () => {
  expect([say({ type: 'boolean' }, true), say({ type: 'boolean' }, false)]).toEqual(['Yes', 'No']);
  expect([say({ type: 'object' }, { send: true }), say({ type: 'object' }, {}), say(undefined, 'Tuesday')]).toEqual([
    'Yes',
    'Yes',
    'Tuesday',
  ]);
});

test('an address that stands alone on its line is one to open; anything else is text', () => {
  expect(addressParts('Please pay.\n\nhttps://pay.example/x?y=1\n\nOpen it.')).toEqual({
    address: 'https://pay.example/x?y=1',
    before: 'Please pay.\n\nhttps://pay.example/x?y=1',
    after: 'Open it.',
  });
  expect(addressParts('See https://pay.example/x')).toBeUndefined();
  expect(addressParts('javascript:alert(1)')).toBeUndefined();
  expect(addressParts('https://a.example/\nhttps://b.example/')).toBeUndefined();
});
