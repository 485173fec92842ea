// What waits for a person, answered from the command line, in processes of their own on a real data folder. Each process costs a second.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { graph } from '../../tests/helpers/engine-lab.ts';
import { commandOn } from './run-command.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'orrery-cli-inbox-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const orrery = commandOn(join(folder, 'data'));

test('a question is listed, shown and answered by its id, with its form; what is wrong is said', async () => {
  const file = join(folder, 'ask.json');
  const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
  const document = graph(
    [
      { id: 'q', kind: 'person.ask', title: 'The question', config: { question: 'How many?', schema } },
      { id: 'o', kind: 'flow.output', config: { name: 'n' } },
    ],
    ['q>o'],
    'Ask me',
  );
  writeFileSync(file, JSON.stringify(document));
  expect(await orrery('run', file)).toMatchObject({ code: 3, error: expect.stringContaining('orrery inbox') });
  const [item] = JSON.parse((await orrery('inbox', '--json')).out) as { id: string; alike: string[]; request: { question: string } }[];
  expect(item).toMatchObject({ alike: [], request: { question: 'How many?' } });
  const end = item?.id.slice(-6) ?? '';
  const [wrong, none, shown] = [
    await orrery('inbox', 'answer', end),
    await orrery('inbox', 'answer', 'nobody', 'x'),
    await orrery('inbox', 'show', end),
  ];
  expect(wrong).toMatchObject({ code: 2, error: expect.stringContaining('orrery inbox show') });
  expect(none).toMatchObject({ code: 2, error: expect.stringContaining('No question') });
  expect(shown.out).toContain('How many?');
  expect(shown.out).toContain('Answer: n: a number');
  expect(shown.out).not.toContain('JSON');
  expect(await orrery('inbox', 'answer', end, 'many')).toMatchObject({ code: 2, error: expect.stringContaining('n: a number') });
  const answered = await orrery('inbox', 'answer', end, '3', '--json');
  expect(answered).toMatchObject({ code: 0 });
  expect(JSON.parse(answered.out)).toMatchObject({ answer: { value: { n: 3 } } });
  expect((await orrery('inbox')).out).toBe('Nothing waits for you.\n');
}, 120_000);
