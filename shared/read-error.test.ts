import { expect, it } from 'vitest';
import { appErrorShape } from './error-shape.ts';
import { readErrorShape } from './read-error.ts';
import { fromWireError } from './wire-error.ts';

const whole = {
  code: 'disk-full',
  message: 'The disk is full.',
  hint: 'Make room.',
  retryable: true,
  place: 'nodes[3]',
  details: { free: 0 },
};

it.each<[string, unknown]>([
  ['all of it', whole],
  ['the least', { code: 'x', message: '' }],
  ['a field too much', { ...whole, stack: 'at …' }],
  ['no code', { ...whole, code: undefined }],
  ['a code in capitals', { ...whole, code: 'DISK_FULL' }],
  ['a code of two lines', { ...whole, code: 'disk\nfull' }],
  ['a number as message', { ...whole, message: 5 }],
  ['null as hint', { ...whole, hint: null }],
  ['a word as retryable', { ...whole, retryable: 'yes' }],
  ['a number as place', { ...whole, place: 3 }],
  ['a list as details', { ...whole, details: [1] }],
  ['null as details', { ...whole, details: null }],
  ['null', null],
  ['a text', 'disk-full'],
  ['a list', [whole]],
])('takes what the schema takes: %s', (_, value) => {
  const wanted = appErrorShape.safeParse(value);
  expect(readErrorShape(value)).toEqual(wanted.success ? wanted.data : undefined);
});

it('turns what a wire brings back into the error that was thrown, and says where an input was wrong', () => {
  expect(fromWireError({ code: 'APP_ERROR', message: 'x', data: whole }).toJSON()).toEqual(whole);
  expect(fromWireError(Object.assign(new Error('x'), { code: 'APP_ERROR', data: whole })).toJSON()).toEqual(whole);
  expect(fromWireError({ code: 'APP_ERROR', message: 'broken', data: { code: 5 } }).toJSON()).toMatchObject({
    code: 'internal',
    message: 'broken',
  });
  const issues = [{ message: 'Too long.', path: ['nodes', 3, { key: 'name' }] }, { message: 'Too old.' }];
  expect(fromWireError({ code: 'BAD_REQUEST', message: 'x', data: { issues } })).toMatchObject({
    code: 'bad-input',
    message: 'Too long.',
    place: 'nodes[3].name',
  });
  expect(fromWireError({ code: 'BAD_REQUEST', message: 'It was wrong.', data: { issues: [] } })).toMatchObject({
    code: 'bad-input',
    message: 'It was wrong.',
    place: undefined,
  });
  expect(fromWireError({ code: 'NOT_FOUND', message: 'x' }).code).toBe('call-not-found');
  expect(fromWireError('odd').toJSON()).toMatchObject({ code: 'internal', message: 'odd' });
});
