// Where a line that goes back runs across: a free channel between the nodes, and not on another such line. Pure geometry; a
// line that goes on is a plain curve and needs none of this.

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BackLine {
  id: string;
  from: { x: number; y: number };
  to: { x: number; y: number };
  /** Which of its node's outputs it leaves, counted from the top: lines of one node keep apart. */
  lane: number;
}

export interface Channel {
  /** How far it goes sideways before it turns. */
  offset: number;
  /** Where it runs across. */
  y: number;
}

const clearance = 12;
const laneWidth = 12;
const firstOffset = 30;

/** Lines whose end lies left of their beginning. */
export const goesBack = (fromX: number, toX: number): boolean => toX < fromX + 8;

/** A channel for each line; a line without room for one has none and leads around plainly. */
export function channelsOf(lines: readonly BackLine[], boxes: readonly Box[]): Map<string, Channel> {
  const found = new Map<string, Channel>();
  const taken: { left: number; right: number; y: number }[] = [];
  for (const line of lines) {
    const offset = Math.max(10, firstOffset - laneWidth * line.lane);
    const left = line.to.x - offset;
    const right = line.from.x + offset;
    const gap = gapFor(line, freeGaps(left, right, boxes));
    if (gap === undefined) continue;
    const y = placeIn(
      gap,
      taken.filter((one) => one.left < right && one.right > left).map((one) => one.y),
    );
    found.set(line.id, { offset, y });
    taken.push({ left, right, y });
  }
  return found;
}

interface Gap {
  top: number;
  bottom: number;
}

/** The free stretches of height between the nodes that lie in the way, from top to bottom; the first and last are open. */
function freeGaps(left: number, right: number, boxes: readonly Box[]): Gap[] {
  const inWay = boxes.filter((box) => box.x < right && box.x + box.width > left).sort((a, b) => a.y - b.y);
  const gaps: Gap[] = [];
  let top = Number.NEGATIVE_INFINITY;
  for (const box of inWay) {
    if (box.y - top >= 2 * clearance) gaps.push({ top, bottom: box.y });
    top = Math.max(top, box.y + box.height);
  }
  gaps.push({ top, bottom: Number.POSITIVE_INFINITY });
  return gaps;
}

/** The gap just before the end's row: above it when the line comes from above, below it when from below. */
function gapFor({ from, to }: BackLine, gaps: readonly Gap[]): Gap | undefined {
  const isDown = to.y >= from.y;
  const before = gaps.filter((gap) => (isDown ? gap.bottom <= to.y && gap.bottom > from.y : gap.top >= to.y && gap.top < from.y));
  return isDown ? before.at(-1) : before[0];
}

/** The middle of the gap, or beside the lines that are there already. */
function placeIn({ top, bottom }: Gap, taken: readonly number[]): number {
  const low = Number.isFinite(top) ? top + clearance : bottom - 3 * clearance;
  const high = Number.isFinite(bottom) ? bottom - clearance : top + 3 * clearance;
  const middle = (low + high) / 2;
  for (let step = 0; step < 8; step += 1) {
    const y = middle + laneWidth * Math.ceil(step / 2) * (step % 2 === 0 ? 1 : -1);
    if (y >= low && y <= high && taken.every((other) => Math.abs(other - y) >= laneWidth - 1)) return y;
  }
  return middle;
}

/** Right, across the channel, and back in from the left, with round corners. */
export function backPath(from: { x: number; y: number }, to: { x: number; y: number }, { offset, y }: Channel): string {
  const right = from.x + offset;
  const left = to.x - offset;
  const corner = (space: number): number => Math.min(10, Math.abs(space) / 2);
  const first = corner(y - from.y);
  const last = corner(to.y - y);
  const down = Math.sign(y - from.y);
  const on = Math.sign(to.y - y);
  return [
    `M ${from.x} ${from.y}`,
    `L ${right - first} ${from.y}`,
    `Q ${right} ${from.y} ${right} ${from.y + down * first}`,
    `L ${right} ${y - down * first}`,
    `Q ${right} ${y} ${right - first} ${y}`,
    `L ${left + last} ${y}`,
    `Q ${left} ${y} ${left} ${y + on * last}`,
    `L ${left} ${to.y - on * last}`,
    `Q ${left} ${to.y} ${left + last} ${to.y}`,
    `L ${to.x} ${to.y}`,
  ].join(' ');
}
