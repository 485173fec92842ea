import { describe, expect, test } from 'vitest';
import { type BackLine, type Box, backPath, channelsOf, goesBack } from './channels.ts';

const card = (x: number, y: number, height = 48): Box => ({ x, y, width: 208, height });
const line = (id: string, from: [number, number], to: [number, number], lane = 0): BackLine => ({
  id,
  from: { x: from[0], y: from[1] },
  to: { x: to[0], y: to[1] },
  lane,
});

describe('lines that go back', () => {
  test('run between the rows, not through a node that is in the way', () => {
    // Three rows; the second reaches lower at the left.
    const boxes = [card(0, 0), card(512, 0, 100), card(0, 200, 100), card(256, 200), card(512, 200), card(0, 420), card(256, 420)];
    const { y } = channelsOf([line('a', [720, 90], [0, 444])], boxes).get('a') ?? { y: Number.NaN };
    expect(y).toBeGreaterThan(300);
    expect(y).toBeLessThan(420);
  });
  test('two in one gap keep apart', () => {
    const boxes = [card(0, 0), card(512, 0), card(0, 200), card(512, 200)];
    const found = channelsOf([line('a', [720, 24], [0, 224]), line('b', [720, 24], [0, 224], 1)], boxes);
    expect(Math.abs((found.get('a')?.y ?? 0) - (found.get('b')?.y ?? 0))).toBeGreaterThanOrEqual(11);
    expect(found.get('a')?.offset).not.toBe(found.get('b')?.offset);
  });
  test('going up takes the gap below the row it ends in', () => {
    const boxes = [card(0, 0), card(512, 200)];
    const { y } = channelsOf([line('a', [720, 224], [0, 24])], boxes).get('a') ?? { y: Number.NaN };
    expect(y).toBeGreaterThan(48);
    expect(y).toBeLessThan(200);
  });
  test('within one row there is no channel, and a line that goes on is none of its business', () => {
    expect(channelsOf([line('a', [208, 24], [0, 24])], [card(0, 0)]).has('a')).toBe(false);
    expect(goesBack(0, 256)).toBe(false);
    expect(goesBack(256, 0)).toBe(true);
  });
  test('the path ends where it should and has no broken number', () => {
    const path = backPath({ x: 700, y: 20 }, { x: 0, y: 400 }, { offset: 30, y: 200 });
    expect(path).toMatch(/^M 700 20 /);
    expect(path).toMatch(/L 0 400$/);
    expect(path).not.toContain('NaN');
  });
});
