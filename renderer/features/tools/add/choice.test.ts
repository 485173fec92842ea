import { expect, it } from 'vitest';
import { plannedServer } from '../../../../shared/model/server-import.ts';
import { appliedOf, choiceOf, faultsOf, freeId, withQuestions } from './choice.ts';

const planned = plannedServer.parse({
  key: 'GitHub',
  config: {
    id: 'github',
    title: 'GitHub',
    command: 'npx',
    args: ['-y', 'x', '${ask:folder}'],
    reach: { folders: [{ path: '${ask:folder}', write: true }], hosts: ['api.github.com'] },
  },
  description: '',
  secrets: [{ name: 'github-token', place: 'GITHUB_TOKEN', exists: 'no' }],
  questions: [
    { id: 'folder', title: 'Folder', description: '', kind: 'folder', isRequired: true },
    { id: 'team', title: 'Team', description: '', kind: 'text', isRequired: false, default: 'core' },
  ],
  notes: [],
  status: 'new',
});

it('says what is missing or taken, and sends what was chosen', () => {
  const first = choiceOf(planned);
  expect(first).toMatchObject({ take: true, answers: { folder: '', team: 'core' }, names: { 'github-token': 'github-token' } });
  expect([...faultsOf(first, planned, new Set(['github']))]).toEqual([
    ['id', 'taken'],
    ['answer:folder', 'bad'],
  ]);
  const choice = { ...first, id: 'hub', title: ' Hub ', answers: { folder: '/home/ada', team: '' }, names: { 'github-token': 'gh' } };
  expect(faultsOf(choice, planned, new Set(['github'])).size).toBe(0);
  expect(appliedOf(choice, planned)).toEqual({
    key: 'GitHub',
    id: 'hub',
    title: 'Hub',
    enabled: true,
    answers: { folder: '/home/ada', team: '' },
    secretNames: { 'github-token': 'gh' },
    reach: {
      sandbox: 'on',
      folders: [{ path: '${ask:folder}', write: true }],
      hosts: ['api.github.com'],
      roots: [],
      samplingTokens: 0,
    },
  });
  const wrong = { ...choice, id: 'No', title: '', names: { 'github-token': '1' }, reach: { ...choice.reach, hosts: 'http://x' } };
  expect([...faultsOf(wrong, planned, new Set()).keys()]).toEqual(['title', 'id', 'reach', 'secret:github-token']);
});

it('wants a number where one is asked for, within its bounds', () => {
  const asks = (given: string, bounds: object) => {
    const questions = [{ id: 'max', title: 'Most', description: '', kind: 'number' as const, isRequired: false, ...bounds }];
    const numbers = { ...planned, questions };
    return [...faultsOf({ ...choiceOf(numbers), answers: { max: given } }, numbers, new Set()).keys()];
  };
  expect(asks('', { min: 1 })).toEqual([]);
  expect(asks('20', { min: 1, max: 100 })).toEqual([]);
  for (const given of ['abc', '0', '101', '1e999']) expect(asks(given, { min: 1, max: 100 })).toEqual(['answer:max']);
});

it('leaves out what cannot be added or is here, and shows questions in words', () => {
  expect(choiceOf({ ...planned, problem: 'no' }).take).toBe(false);
  expect(choiceOf({ ...planned, status: 'same' }).take).toBe(false);
  expect(withQuestions('npx -y x ${ask:folder} ${ask:gone}', planned.questions)).toBe('npx -y x ‹Folder› ‹gone›');
});

it('proposes an id that nobody has', () => {
  const taken = new Set(['github', 'github-2']);
  const choice = choiceOf(planned, taken);
  expect(choice.id).toBe('github-3');
  expect(faultsOf({ ...choice, answers: { folder: '/home/ada' } }, planned, taken).size).toBe(0);
  expect(choiceOf(planned, new Set(['hub'])).id).toBe('github');
  const long = 'a'.repeat(40);
  expect(freeId(long, new Set([long]))).toBe(`${'a'.repeat(38)}-2`);
});
