import { expect, it } from 'vitest';
import { answerWords, readFormAnswer } from './answer-form.ts';

const one = (field: object) => ({ type: 'object', properties: { it: field }, required: ['it'] }) as never;

it.each([
  [
    'one text',
    one({ type: 'string', title: 'Your name' }),
    'Your name: any text',
    [
      ['Anna', 'Anna'],
      ['5', '5'],
      ['{"it": "B"}', 'B'],
      ['"q"', 'q'],
    ],
  ],
  [
    'yes or no',
    one({ type: 'boolean' }),
    'it: yes or no',
    [
      ['Yes', true],
      ['n', false],
      ['{"it": true}', true],
    ],
  ],
  [
    'a number',
    one({ type: 'integer' }),
    'it: a number',
    [
      ['3', 3],
      ['{"it": 4}', 4],
    ],
  ],
  [
    'a choice',
    one({ enum: ['small', 'Large'] }),
    'it: one of small, Large, or its number in this list',
    [
      ['large', 'Large'],
      ['1', 'small'],
    ],
  ],
  [
    'a choice of numbers',
    one({ enum: [10, 2] }),
    'it: one of 10, 2, or its number in this list',
    [
      ['2', 2],
      ['1', 10],
    ],
  ],
  [
    'a choice with titles',
    one({
      oneOf: [
        { const: 'eu', title: 'Europe' },
        { const: 'us', title: 'America' },
      ],
    }),
    'it: one of Europe, America, or its number in this list',
    [
      ['america', 'us'],
      ['eu', 'eu'],
      ['2', 'us'],
    ],
  ],
] as const)('%s is said and read in words, or as JSON', (_name, schema, words, answers) => {
  expect(answerWords(schema)).toBe(words);
  for (const [text, value] of answers) expect(readFormAnswer(schema, text)).toEqual({ it: value });
});

it('refuses what is no answer, with what may be said', () => {
  for (const [field, text] of [
    [{ type: 'boolean' }, 'perhaps'],
    [{ type: 'number' }, 'many'],
    [{ enum: ['a', 'b'] }, '3'],
  ] as const)
    expect(() => readFormAnswer(one(field), text)).toThrow(expect.objectContaining({ code: 'input-answer' }));
});

it('a value without a name is the answer itself; a larger form, and one of which the rules are not plain, takes JSON', () => {
  expect(readFormAnswer({ type: 'string' }, '12')).toBe('12');
  expect(readFormAnswer({ type: 'boolean' }, 'no')).toBe(false);
  expect(readFormAnswer(undefined, '{"a": 1}')).toBe('{"a": 1}');
  const two = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } } };
  expect(answerWords(two)).toBe('JSON that fits the form above');
  expect(readFormAnswer(two, '{"a": "x", "b": 2}')).toEqual({ a: 'x', b: 2 });
  expect(answerWords(one({ type: 'string', anyOf: [{ minLength: 1 }] }))).toBe('JSON that fits the form above');
});
