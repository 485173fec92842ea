import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('knows what was set last, and forgets what was not used since', () => {
  const recent = new Recent<number, string>(3);
  for (let i = 0; i < 7; i += 1) {
    recent.set(i, `v${i}`);
    expect(recent.get(i)).toBe(`v${i}`);
    if (i >= 2) expect([recent.get(i - 2), recent.get(i - 1)]).toEqual([`v${i - 2}`, `v${i - 1}`]);
  }
  expect(recent.get(0)).toBeUndefined();
  recent.set(6, 'other');
  expect(recent.get(6)).toBe('other');
});

it('keeps what is read again and again, however many come', () => {
  const recent = new Recent<string, number | null>(2);
  recent.set('job', null);
  for (let i = 0; i < 100; i += 1) {
    recent.set(`run ${i}`, i);
    expect(recent.get('job')).toBeNull();
  }
  expect(recent.get('run 0')).toBeUndefined();
});

it('never gives an older value for what was set again', () => {
  const recent = new Recent<string, number>(2);
  let seed = 7;
  const truth = new Map<string, number>();
  for (let i = 0; i < 2000; i += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const key = `k${seed % 5}`;
    if (seed % 3 === 0) {
      recent.set(key, i);
      truth.set(key, i);
    } else expect([truth.get(key), undefined]).toContain(recent.get(key));
  }
});
