import { describe, expect, it } from 'vitest';
import type { ServerLogLine } from '../../shared/model/mcp.ts';
import { newOf } from './servers-log.ts';

const line = (text: string, at = 1): ServerLogLine => ({ at, from: 'stderr', level: 'info', text });
const all = (text: string): ServerLogLine[] => [...text].map((each) => line(each));
const shown = (before: string, now: string): string =>
  newOf(all(before), all(now))
    .map((each) => each.text)
    .join('');

describe('a followed log shows each line once', () => {
  it('while lines come, while the oldest fall out, and after all were replaced', () => {
    expect(shown('', 'abc')).toBe('abc');
    expect(shown('abc', 'abcd')).toBe('d');
    expect(shown('abc', 'abc')).toBe('');
    expect(shown('abc', 'bcde')).toBe('de');
    expect(shown('abc', 'xyz')).toBe('xyz');
    expect(shown('aaa', 'aaaa')).toBe('a');
    expect(shown('abc', '')).toBe('');
  });
});
