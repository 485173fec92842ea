import { expect, test } from 'vitest';
import { toAppError } from '../errors.ts';
import { parseJson } from './json.ts';

function refusal(text: string): string {
  try {
    parseJson(text, 'notes.md');
  } catch (error) {
    return toAppError(error).message;
  }
  return 'nothing';
}

test('what is no JSON is refused on one line, and said once', () => {
  expect(refusal('# Notes\n\nmilk')).toMatch(/^notes\.md is not valid JSON: .*#/);
  for (const text of ['# Notes\n\nmilk', '{"a": }', '[1, 2', '', '{"a": 1,\n}']) {
    const said = refusal(text);
    expect(said).not.toContain('\n');
    expect(said.match(/not valid JSON/g)).toHaveLength(1);
  }
  expect(parseJson('{"a": [1]}')).toEqual({ a: [1] });
});
