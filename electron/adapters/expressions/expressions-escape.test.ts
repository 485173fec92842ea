// No expression reaches the host: not its objects' constructors, not their prototypes, not its functions.

import { afterAll, expect, test } from 'vitest';
import { createExpressions } from './expressions.ts';

const expressions = createExpressions();
afterAll(() => expressions.close());
const signal = new AbortController().signal;

const owners = [
  'input',
  'input.text',
  'input.list',
  'input.list[0]',
  '$string',
  '$map',
  '$',
  '$$',
  'function($x){$x}',
  '(input ~> |$|{}|)',
];
const members = [
  'constructor',
  '__proto__',
  'prototype',
  '`constructor`.`constructor`',
  '`__proto__`.`polluted`',
  '__defineGetter__',
  '__lookupGetter__',
  'constructor("return process")()',
  'constructor.constructor("return process")()',
  '`valueOf`.`constructor`',
  'toString.constructor("return process")()',
  'caller',
  'arguments',
];
const chains = owners.flatMap((owner) => members.map((member) => `(${owner}).${member}`));
const lookups = [
  '__proto__',
  'constructor',
  'prototype',
  'polluted',
  'toString',
  'valueOf',
  '__defineSetter__',
  'implementation',
  'environment',
].flatMap((name) => [
  `$lookup(input, "${name}")`,
  `$lookup($string, "${name}")`,
  `$lookup({}, "${name}")`,
  `input["${name}"]`,
  `$sift(input, function($v, $k) { $k = "${name}" })`,
]);
const writes = [
  '{"__proto__": {"polluted": true}}',
  '{"a": {"__proto__": {"polluted": true}}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '$merge([{"__proto__": {"polluted": true}}, {"a": 1}])',
  '$merge([{"constructor": {"prototype": {"polluted": true}}}])',
  'input ~> |$|{"__proto__": {"polluted": true}}|',
  'input ~> |__proto__|{"polluted": true}|',
  'input ~> |constructor.prototype|{"polluted": true}|',
  'input ~> |$|{"constructor": {"polluted": true}}, ["__proto__"]|',
  '$spread(input){"__proto__": "polluted"}',
  'input.list{"__proto__": $}',
  'input.list{"constructor": $}',
  '$each({"__proto__": 1}, function($v, $k) { {$k: {"polluted": $v}} })',
  '$reduce(["__proto__"], function($a, $k) { {$k: {"polluted": true}} }, {})',
  '($__proto__ := {"polluted": true}; $__proto__)',
  '($constructor := function() { "x" }; $constructor())',
  '$zip(["__proto__"], [1])',
  '$eval("{\\"__proto__\\": {\\"polluted\\": true}}")',
];
const calls = [
  '$eval("process.exit()")',
  '$eval("constructor.constructor(\\"return process\\")()")',
  '$process',
  '$require("fs")',
  '$import("fs")',
  '$global',
  '$globalThis',
  '$this',
  '$fetch("http://localhost")',
  '$setTimeout($string, 1)',
  'process.exit(1)',
  'require("fs")',
  'globalThis',
  'window',
  'this',
  '$string.apply(null, ["x"])',
  '$string.call(null)',
  '$map.implementation',
  '$map.signature',
  '$string.environment',
  '$string._jsonata_function',
  '$match("a", /a/).next.constructor("return process")()',
  '$match("a", /a/).next()',
  '$replace("a", /a/, function($m) { $m.constructor })',
  '$replace("a", /a/, function($m) { $m.next.constructor("return process")() })',
  '$replace("a", "a", $string.constructor)',
  '$sort([2, 1], function($a, $b) { $a.constructor })',
  '$filter([1], $string.constructor)',
  '$split("a,b", $string.constructor)',
  '$type($string.constructor)',
  '$string($string)',
  '$string($map)',
  '$keys($string)',
  '$each($string, function($v) { $v })',
  '$clone($string)',
  '$clone(input).constructor',
  '$formatNumber(1, "0", {"__proto__": {"polluted": true}})',
  '$toMillis("x", "[Y]", {"a": 1})',
  '$parseInteger("1", "0").constructor',
  '$error("x")',
  '$assert(false, "x")',
  '$base64decode("eA==").constructor',
  '$decodeUrl("%E0%A4%A")',
];
const attempts = [...new Set([...chains, ...lookups, ...writes, ...calls])];

test('there are enough of them', () => expect(attempts.length).toBeGreaterThanOrEqual(200));

test.each(attempts)('no way out: %s', async (expression) => {
  const input = { text: 'x', list: [1, { a: 2 }] };
  const outcome = await expressions.evaluate(expression, { input }, { signal, timeoutMs: 1000 }).then(
    (value) => ({ told: JSON.stringify(value) ?? '', error: undefined }),
    (error: { code: string; message: string }) => ({ told: error.message, error }),
  );
  expect(outcome.told).not.toMatch(/"?pid"?:|execPath|"versions"|native code|root:x:0/);
  if (outcome.error !== undefined) expect(outcome.error.code).toMatch(/^(expression-(failed|timed-out)|json-poisoned-key)$/);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((Function.prototype as unknown as Record<string, unknown>).polluted).toBeUndefined();
});

test('the thread itself is untouched by all of it', async () => {
  expect(await expressions.evaluate('[{}.polluted, $keys({}), $string({"a": 1})]', {}, { signal })).toEqual(['{"a":1}']);
  expect(await expressions.evaluate('$sum(input.list)', { input: { list: [1, 2] } }, { signal })).toBe(3);
});
