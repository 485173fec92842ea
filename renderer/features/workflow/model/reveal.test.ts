// What is brought into view: which node of a run, and how far the view moves for it.

import { describe, expect, test } from 'vitest';
import type { RunStatus } from '../../../../shared/model/run.ts';
import type { StepStatus, StepView } from '../../../../shared/model/run-view.ts';
import { revealShift } from './geometry.ts';
import { urgentNode } from './node-state.ts';

const view = { width: 400, height: 300 };
const corner = { width: 160, height: 52 };
const moved = (box: { x: number; y: number; width: number; height: number }, shift: { dx: number; dy: number }) => ({
  left: box.x + shift.dx,
  top: box.y + shift.dy,
  right: box.x + shift.dx + box.width,
  bottom: box.y + shift.dy + box.height,
});

describe('revealShift', () => {
  test('moves nothing when the box is whole in sight', () => {
    expect(revealShift({ x: 100, y: 100, width: 150, height: 60 }, view, corner)).toEqual({ dx: 0, dy: 0 });
  });
  test.each([
    { x: 700, y: 100 },
    { x: -300, y: 100 },
    { x: 100, y: 900 },
    { x: 900, y: -500 },
    { x: 20, y: 230 },
  ])('a box at %o comes whole into sight, and out from under the corner', (at) => {
    const box = { ...at, width: 150, height: 60 };
    const seen = moved(box, revealShift(box, view, corner));
    expect(seen.left).toBeGreaterThanOrEqual(0);
    expect(seen.top).toBeGreaterThanOrEqual(0);
    expect(seen.right).toBeLessThanOrEqual(view.width);
    expect(seen.bottom).toBeLessThanOrEqual(view.height);
    expect(seen.left >= corner.width || seen.bottom <= view.height - corner.height).toBe(true);
  });
  test('where there is no room above the corner it goes beside it', () => {
    const low = { width: 400, height: 110 };
    const box = { x: 30, y: 30, width: 166, height: 76 };
    const seen = moved(box, revealShift(box, low, corner));
    expect(seen.left).toBeGreaterThanOrEqual(corner.width);
    expect(seen.right).toBeLessThanOrEqual(low.width);
  });
  test('of a box that is too large its beginning is shown', () => {
    const box = { x: -500, y: 40, width: 900, height: 60 };
    expect(moved(box, revealShift(box, view)).left).toBe(20);
  });
});

describe('urgentNode', () => {
  const run = (status: RunStatus, steps: [string, StepStatus][]) => ({
    view: { status, steps: new Map(steps.map(([node, each]) => [node, { step: node, node, status: each } as StepView])) },
    states: new Map(steps.map(([node, each]) => [node, { status: each }])),
  });
  test('of a failed run it is what failed last, of a waiting one what waits, of a paused one what it is held before', () => {
    expect(
      urgentNode(
        run('failed', [
          ['read', 'failed'],
          ['tell', 'done'],
          ['send', 'failed'],
        ]),
      ),
    ).toBe('send');
    expect(
      urgentNode(
        run('waiting', [
          ['read', 'done'],
          ['ask', 'waiting'],
        ]),
      ),
    ).toBe('ask');
    expect(
      urgentNode(
        run('paused', [
          ['read', 'done'],
          ['next', 'held'],
          ['later', 'held'],
        ]),
      ),
    ).toBe('next');
  });
  test('a run that is done has none, also when a step failed on the way', () => {
    expect(urgentNode(run('done', [['read', 'failed']]))).toBeUndefined();
  });
});
