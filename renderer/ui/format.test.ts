import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatDuration, splitPath, withTilde } from './format.ts';

it('formatBytes keeps three figures and a unit', () => {
  expect([0, 999, 1000, 1536, 999_950, 3_100_000_000, 214_000_000, -1, Number.NaN].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1 KB',
    '1.5 KB',
    '1 MB',
    '3.1 GB',
    '214 MB',
    '–',
    '–',
  ]);
});

it('formatDuration never shows sixty of anything', () => {
  expect([0, 12, 999.6, 1_900, 9_949, 59_700, 125_000, 3_600_000, 11_400_000, 187_200_000].map(formatDuration)).toEqual([
    '< 1 ms',
    '12 ms',
    '1.0 s',
    '1.9 s',
    '9.9 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '3 h 10 min',
    '2 d 4 h',
  ]);
});

describe('formatAgo', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  it('goes from now to dates', () => {
    const ago = (ms: number): string => formatAgo(now - ms, now, 'en-GB');
    expect(ago(10_000)).toBe('now');
    expect(ago(5 * 60_000)).toBe('5 min ago');
    expect(ago(2 * 3_600_000)).toBe('2 h ago');
    expect(ago(24 * 3_600_000)).toBe('yesterday');
    expect(ago(4 * 86_400_000)).toBe('Tuesday');
    expect(ago(7 * 86_400_000)).toBe('14 Nov');
    expect(ago(400 * 86_400_000)).toBe('17 Oct 2025');
  });
  it('does not call last night today', () => {
    expect(formatAgo(new Date(2026, 10, 20, 23, 30).getTime(), new Date(2026, 10, 21, 1, 0).getTime())).toBe('yesterday');
  });
});

describe('paths', () => {
  it('writes the person’s own folder as ~, and nothing that only begins like it', () => {
    expect(withTilde('/home/me/notes/a.md', '/home/me')).toBe('~/notes/a.md');
    expect(withTilde('Writes /home/me/a and /home/me.old/b, in /home/me', '/home/me/')).toBe('Writes ~/a and /home/me.old/b, in ~');
    expect(withTilde('/mnt/home/me/a', '/home/me')).toBe('/mnt/home/me/a');
    expect(withTilde('C:\\Users\\Me\\a', 'C:\\Users\\Me')).toBe('~\\a');
    expect(withTilde('/a', undefined)).toBe('/a');
    expect(withTilde('/a', '/')).toBe('/a');
  });

  it('keeps the end of a path apart', () => {
    expect(splitPath('~/notes/2026/a.md')).toEqual({ head: '~/notes/2026', tail: '/a.md' });
    expect(splitPath('/a.md')).toEqual({ head: '', tail: '/a.md' });
    expect(splitPath('C:\\x\\y\\')).toEqual({ head: 'C:\\x', tail: '\\y\\' });
  });
});
