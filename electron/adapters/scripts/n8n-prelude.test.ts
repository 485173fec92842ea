import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());
const signal = new AbortController().signal;
const call = (code: string, $n8n: JsonObject, more: JsonObject = {}) =>
  scripts.run({ code, globals: { $n8n, ...more }, prelude: ['n8n'] }, { signal });
const items = (...all: JsonObject[]): JsonValue[] => all.map((json) => ({ json }));

describe('resolveParameters', () => {
  const resolve = ($n8n: JsonObject, params: JsonObject) => call('return resolveParameters(params)', $n8n, { params });

  test('gives one entry per item, deep into objects and lists, types kept', async () => {
    const params = { n: '={{ $json.n }}', text: '=n is {{ $json.n }}', deep: { list: ['={{ $itemIndex }}', 'plain', { a: true }] } };
    expect(await resolve({ items: items({ n: 1 }, { n: 2 }) }, params)).toEqual([
      { n: 1, text: 'n is 1', deep: { list: [0, 'plain', { a: true }] } },
      { n: 2, text: 'n is 2', deep: { list: [1, 'plain', { a: true }] } },
    ]);
  });

  test('what is undefined is missing, in lists null', async () => {
    expect(await resolve({ items: items({}) }, { a: '={{ $json.a }}', b: ['={{ $json.a }}'] })).toEqual([{ b: [null] }]);
  });

  test('one entry when there are no items', async () => {
    expect(await resolve({ items: [] }, { a: '={{ $json.a }}', b: '=x' })).toEqual([{ b: 'x' }]);
  });

  test('a fault names the parameter and the item', async () => {
    await expect(resolve({ items: items({ v: 'a' }, { v: 1 }) }, { at: { deep: ['={{ $json.v.toTitleCase() }}'] } })).rejects.toMatchObject(
      {
        code: 'script-failed',
        message: expect.stringContaining('(parameter “at.deep[0]”, item 1)'),
      },
    );
  });

  test('a whole node of a hundred items is one call', async () => {
    const many = items(...Array.from({ length: 100 }, (_, id) => ({ id })));
    const all = (await resolve({ items: many, nodes: { A: many } }, { id: '={{ $("A").item.json.id }}' })) as JsonObject[];
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, id) => id));
  });

  test('parameters that name other parameters', async () => {
    const params = { base: '=/{{ $json.n }}', url: '={{ $parameter.base }}/x', loop: '={{ $parameter["loop"] }}' };
    expect(await resolve({ items: items({ n: 1 }) }, params)).toEqual([{ base: '/1', url: '/1/x' }]);
  });
});

describe('paired items', () => {
  const a = items({ a: 0 }, { a: 1 }, { a: 2 });
  const b = [
    { json: { b: 0 }, pairedItem: { item: 2 } },
    { json: { b: 1 }, pairedItem: [{ item: 0 }] },
  ];
  const c = [
    { json: { c: 0 }, pairedItem: 1 },
    { json: { c: 1 }, pairedItem: 0 },
  ];
  const chain = {
    items: c,
    source: { node: 'C' },
    nodes: { A: { items: a, sources: [] }, B: { items: b, sources: [{ node: 'A' }] }, C: { items: c, sources: [{ node: 'B' }] } },
  };
  const of = (name: string, $n8n: JsonObject) =>
    call('return resolveParameters({ x: "={{ JSON.stringify($(\'" + name + "\').item.json) }}" }).map(({ x }) => x)', $n8n, { name });

  test('follow the links through every step between', async () => {
    expect(await of('A', chain)).toEqual(['{"a":0}', '{"a":2}']);
    expect(await of('B', chain)).toEqual(['{"b":1}', '{"b":0}']);
    expect(await of('C', chain)).toEqual(['{"c":0}', '{"c":1}']);
  });

  test('without links, the same place or the only one', async () => {
    expect(await of('A', { items: items({ n: 1 }, { n: 2 }), nodes: { A: items({ a: 1 }, { a: 2 }) } })).toEqual(['{"a":1}', '{"a":2}']);
    expect(await of('A', { items: items({ n: 1 }, { n: 2 }), nodes: { A: items({ a: 1 }) } })).toEqual(['{"a":1}', '{"a":1}']);
    await expect(of('A', { items: items({ n: 1 }), nodes: { A: items({ a: 1 }, { a: 2 }) } })).rejects.toMatchObject({
      message: expect.stringContaining('Paired item data'),
    });
  });

  test('two origins that differ are an error, one that was met twice is not', async () => {
    const both = (links: JsonValue) => ({
      ...chain,
      nodes: { ...chain.nodes, C: { items: [{ json: {}, pairedItem: links }], sources: [{ node: 'B' }] } },
    });
    await expect(of('A', { ...both([0, 1]), items: items({}) })).rejects.toMatchObject({
      message: expect.stringContaining('Multiple matches'),
    });
    expect(await of('A', { ...both([0, 0]), items: items({}) })).toEqual(['{"a":2}']);
  });

  test('a circle of links ends', async () => {
    const round = {
      items: items({}),
      source: { node: 'X' },
      nodes: { A: a, X: { items: [{ json: {}, pairedItem: 0 }], sources: [{ node: 'X' }] } },
    };
    await expect(of('A', round)).rejects.toMatchObject({ message: expect.stringContaining('Paired item data') });
  });

  test('a step that was not executed says so', async () => {
    await expect(of('Gone', chain)).rejects.toMatchObject({ message: expect.stringContaining("Node 'Gone' hasn't been executed") });
    expect(await call('return resolveValue("={{ $(\'Gone\').isExecuted }}")', chain)).toBe(false);
  });
});

describe('the Code node', () => {
  const run = (code: string, mode = 'runOnceForAllItems', more: JsonObject = {}) =>
    call('return runCode(code, mode)', { items: items({ n: 1 }, { n: 2 }), now: '2026-01-02T03:04:05Z', ...more }, { code, mode });

  test('once for all items', async () => {
    expect(await run('return $input.all().map((item) => ({ json: { n: item.json.n * 2 } }));')).toEqual([
      { json: { n: 2 } },
      { json: { n: 4 } },
    ]);
    expect(await run('return items.filter(({ json }) => json.n > 1)')).toEqual([{ json: { n: 2 } }]);
    expect(await run('return [{ a: 1 }, { b: 2 }]')).toEqual([{ json: { a: 1 } }, { json: { b: 2 } }]);
    expect(await run('return { a: 1 }')).toEqual([{ json: { a: 1 } }]);
    expect(await run('return []')).toEqual([]);
    expect(await run('const items = 1; let $json = 2; return { json: { sum: items + $json } }')).toEqual([{ json: { sum: 3 } }]);
    expect(await run('for (const item of $input.all()) item.json.seen = true; return $input.all()')).toEqual([
      { json: { n: 1, seen: true } },
      { json: { n: 2, seen: true } },
    ]);
    expect(await run('return { at: $now.toISO(), first: $input.first().json.n, later: await Promise.resolve(3) }')).toEqual([
      { json: { at: '2026-01-02T03:04:05.000Z', first: 1, later: 3 } },
    ]);
  });

  test('once for each item', async () => {
    const each = 'runOnceForEachItem';
    expect(await run('return { json: { twice: $json.n * 2, at: $itemIndex, item: $input.item.json.n } }', each)).toEqual([
      { json: { twice: 2, at: 0, item: 1 }, pairedItem: { item: 0 } },
      { json: { twice: 4, at: 1, item: 2 }, pairedItem: { item: 1 } },
    ]);
    expect(await run('await 0; return { n: $json.n + (await 1) + $itemIndex }', each)).toEqual([
      { json: { n: 2 }, pairedItem: { item: 0 } },
      { json: { n: 4 }, pairedItem: { item: 1 } },
    ]);
  });

  test('nothing drops an item, and null gives none at all', async () => {
    expect(await run('return $json.n > 1 ? { json: $json } : null', 'runOnceForEachItem')).toEqual([
      { json: { n: 2 }, pairedItem: { item: 1 } },
    ]);
    expect(await run('if ($json.n > 1) return { binary: { file: {} } }', 'runOnceForEachItem')).toEqual([
      { json: {}, binary: { file: {} }, pairedItem: { item: 1 } },
    ]);
    expect(await run('return null')).toEqual([]);
  });

  test('bytes, texts and waiting that takes no time', async () => {
    const code = `const order = [];
      await Promise.all([300, 100, 200].map((ms) => new Promise((done) => setTimeout(() => done(order.push(ms)), ms))));
      const bytes = Buffer.from('grüße €');
      return { order, hex: bytes.toString('hex'), base: bytes.toString('base64'), back: Buffer.from(bytes.toString('base64'), 'base64').toString(),
        plain: atob(btoa('abc')), size: Buffer.byteLength('ü'), url: Buffer.from([251, 255]).toString('base64url') };`;
    const text = Buffer.from('grüße €');
    expect(await run(code)).toEqual([
      {
        json: {
          order: [100, 200, 300],
          hex: text.toString('hex'),
          base: text.toString('base64'),
          back: 'grüße €',
          plain: 'abc',
          size: 2,
          url: Buffer.from([251, 255]).toString('base64url'),
        },
      },
    ]);
  });

  test.each([
    ['return 1', 'all', "Code doesn't return items properly"],
    ['', 'all', "Code doesn't return items properly"],
    ['return [1]', 'all', "Code doesn't return items properly"],
    ['return [{ json: 1 }]', 'all', "A 'json' property isn't an object [item 0]"],
    ['return [{ json: {}, binary: 1 }]', 'all', "A 'binary' property isn't an object [item 0]"],
    ['return [{ json: {} }, { a: 1 }]', 'all', 'Unknown top-level item key: a [item 1]'],
    ['return [{ json: {} }, { index: 1 }]', 'all', 'Inconsistent item format'],
    ['return [{ json: {}, odd: 1 }]', 'all', 'Invalid output format [item 0]'],
    ['return [1]', 'each', "A 'json' property isn't an object [item 0]"],
    ['return "x"', 'each', "A 'json' property isn't an object [item 0]"],
    ['return { json: 1 }', 'each', "A 'json' property isn't an object [item 0]"],
    ['return $input.all()', 'each', "Can't use .all() here"],
    ['return require("fs")', 'all', 'require("fs") is not there'],
    ['return await this.helpers.httpRequest({})', 'all', 'helpers.httpRequest() is not there'],
    ['return {', 'all', 'SyntaxError'],
  ])('a wrong return value is refused: %j (%s)', async (code, mode, message) => {
    await expect(run(code, mode === 'all' ? 'runOnceForAllItems' : 'runOnceForEachItem')).rejects.toMatchObject({
      code: 'script-failed',
      message: expect.stringContaining(message),
    });
  });

  test('static data is read, changed and given back', async () => {
    const code = 'const kept = $getWorkflowStaticData("global"); kept.count = (kept.count ?? 0) + 1; return []';
    const all = 'await runCode(code, "runOnceForAllItems"); return staticData()';
    expect(await call(all, { items: [], staticData: { global: { count: 4 } } }, { code })).toEqual({ global: { count: 5 }, node: {} });
  });
});

test('what a step keeps between its runs is its context', async () => {
  const $n8n = { items: items({}), source: { node: 'Loop' }, nodes: { Loop: { items: items({}), context: { noItemsLeft: true } } } };
  const value = `={{ [$node["Loop"].context.noItemsLeft, $("Loop").context["noItemsLeft"], $input.context.noItemsLeft, $("Loop").context.no] }}`;
  expect(await call('return resolveValue(value)', $n8n, { value })).toEqual([true, true, true, null]);
});

test('one call leaves nothing for the next', async () => {
  await call('$n8n.items = []; Object.prototype.x = 1; return 1', { items: items({ n: 1 }) });
  expect(await call('return resolveValue("={{ [$json.n, typeof x] }}")', { items: items({ n: 1 }) })).toEqual([1, 'undefined']);
});

test('zones and languages of the data, not of the machine', async () => {
  const at = { items: items({}), now: '2026-07-01T00:30:00Z', zone: 'Asia/Kathmandu', locale: 'fr' };
  expect(await call('return resolveValue("={{ [$now.toISO(), $today.toISODate(), $now.toFormat(\'cccc\')] }}")', at)).toEqual([
    '2026-07-01T06:15:00.000+05:45',
    '2026-07-01',
    'mercredi',
  ]);
});
