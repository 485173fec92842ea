// The runs that wait for their turn, in the order in which they will go: priority, then the workflow with the fewest going, then
// age. One short line for each workflow, so that choosing costs as much as there are workflows, not runs. Pure, but for its own state.

import type { RunId, WorkflowId } from '../../../shared/model/ids.ts';

export interface Place {
  id: RunId;
  /** The workflow by which it is counted. */
  group: string;
  workflow?: WorkflowId;
  priority: number;
  /** Milliseconds since 1970. */
  at: number;
  maxRuns?: number;
  wentAt?: number;
}

interface Waiting {
  place: Place;
  /** In the order of coming, for those of the same moment. */
  seq: number;
  go(): void;
}

const isBefore = (a: Waiting, b: Waiting): boolean =>
  a.place.priority !== b.place.priority
    ? a.place.priority > b.place.priority
    : a.place.at !== b.place.at
      ? a.place.at < b.place.at
      : a.seq < b.seq;

type CountOf = (group: string) => number;

export class WaitingLine {
  readonly #groups = new Map<string, Waiting[]>();
  readonly #groupOf = new Map<RunId, string>();
  #seq = 0;

  get size(): number {
    return this.#groupOf.size;
  }

  add(place: Place, go: () => void): void {
    this.remove(place.id);
    this.#seq += 1;
    this.#insert({ place, seq: this.#seq, go });
  }

  remove(id: RunId): boolean {
    return this.#cut(id) !== undefined;
  }

  setPriority(id: RunId, priority: number): boolean {
    const waiting = this.#cut(id);
    if (waiting === undefined) return false;
    waiting.place.priority = priority;
    this.#insert(waiting);
    return true;
  }

  /** Takes the one whose turn it is; undefined when none may go. */
  take(going: CountOf): { place: Place; go(): void } | undefined {
    const next = choose(this.#heads(), going);
    if (next !== undefined) this.#cut(next.place.id);
    return next;
  }

  /** The first `limit` in the order in which they will go, taking each as going once it is named. */
  inOrder(limit: number, going: CountOf): Place[] {
    const places: Place[] = [];
    const next = new Map<string, number>();
    const added = new Map<string, number>();
    const count: CountOf = (group) => going(group) + (added.get(group) ?? 0);
    while (places.length < limit) {
      const heads = [...this.#groups].map(([group, line]) => line[next.get(group) ?? 0]).filter((each) => each !== undefined);
      // Those that their own workflow holds back come last.
      const chosen = choose(heads, count) ?? choose(heads, count, true);
      if (chosen === undefined) break;
      const { group } = chosen.place;
      places.push(chosen.place);
      next.set(group, (next.get(group) ?? 0) + 1);
      added.set(group, (added.get(group) ?? 0) + 1);
    }
    return places;
  }

  *#heads(): Generator<Waiting> {
    for (const line of this.#groups.values()) if (line[0] !== undefined) yield line[0];
  }

  #insert(waiting: Waiting): void {
    const { group, id } = waiting.place;
    const line = this.#groups.get(group) ?? [];
    this.#groups.set(group, line);
    this.#groupOf.set(id, group);
    let low = 0;
    for (let high = line.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (isBefore(line[middle] as Waiting, waiting)) low = middle + 1;
      else high = middle;
    }
    line.splice(low, 0, waiting);
  }

  #cut(id: RunId): Waiting | undefined {
    const group = this.#groupOf.get(id);
    const line = group === undefined ? undefined : this.#groups.get(group);
    if (group === undefined || line === undefined) return undefined;
    const [waiting] = line.splice(
      line.findIndex((each) => each.place.id === id),
      1,
    );
    this.#groupOf.delete(id);
    if (line.length === 0) this.#groups.delete(group);
    return waiting;
  }
}

function choose(heads: Iterable<Waiting>, going: CountOf, evenFull = false): Waiting | undefined {
  let best: Waiting | undefined;
  let bestCount = 0;
  for (const head of heads) {
    const count = going(head.place.group);
    if (!evenFull && count >= (head.place.maxRuns ?? Number.POSITIVE_INFINITY)) continue;
    const isBetter =
      best === undefined ||
      head.place.priority > best.place.priority ||
      (head.place.priority === best.place.priority && (count < bestCount || (count === bestCount && isBefore(head, best))));
    if (!isBetter) continue;
    best = head;
    bestCount = count;
  }
  return best;
}
