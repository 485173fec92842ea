import { afterAll, expect, test } from 'vitest';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());

const ask = (query: string, tables: Record<string, number | string>[][] = [], parameters: number[] = []) =>
  scripts.run(
    { code: 'return querySql(tables, query, parameters)', globals: { tables, query, parameters }, prelude: ['sql'] },
    { signal: new AbortController().signal },
  );

test('tables are joined, and a question mark is a parameter', async () => {
  const tables = [[{ id: 1, name: 'Ann' }], [{ id: 1, city: 'Rome' }]];
  const joined = await ask(
    'SELECT input1.name, input2.city FROM input1 JOIN input2 ON input1.id = input2.id WHERE input1.id = ?',
    tables,
    [1],
  );
  expect(joined).toEqual([{ name: 'Ann', city: 'Rome' }]);
});

test('nothing of one query is left for the next', async () => {
  await ask('CREATE TABLE kept; INSERT INTO kept VALUES {a: 1}');
  await expect(ask('SELECT * FROM kept')).rejects.toThrow('Table does not exist: kept');
});

test.each([
  'SELECT * FROM CSV("http://127.0.0.1/x.csv")',
  'SELECT * FROM JSON("/etc/passwd")',
  'SELECT * INTO CSV("/tmp/x.csv") FROM input1',
])('no file and no address is reached: %s', async (query) => {
  await expect(ask(query, [[{ a: 1 }]])).rejects.toThrow('Network and file system access is disabled in the SQL sandbox');
});

test('code that is hidden in a query has the sandbox around it and nothing more', async () => {
  const found = await ask('SELECT VALUE ``typeof process + typeof require + typeof fetch`` FROM input1', [[{ a: 1 }]]);
  expect(found).toBe('undefinedundefinedundefined');
});
