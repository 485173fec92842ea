// Undos that are looked at before they are carried out: of each change what would become of it, newest first, counted over all of them.
// A plan is kept in memory, so that a page shows a part of it at a time and carries out what it showed. It changes nothing.

import { AppError } from '../../../shared/errors.ts';
import {
  type Change,
  type ChangeId,
  type UndoItem,
  type UndoPlan,
  type UndoPlanEvent,
  type UndoPlanId,
  type UndoSelection,
  type UndoState,
  undoPlanId,
} from '../../../shared/model/change.ts';
import type { Clock, Ids } from '../ports.ts';
import { isFile } from './looking.ts';
import type { StoredChange } from './undo-ports.ts';

export interface PlannedItem {
  id: ChangeId;
  state: UndoState;
  words: string;
  now: string | null;
  kind: Change['kind'];
  title: string;
}
export interface KeptPlan extends UndoPlan {
  items: readonly PlannedItem[];
  /** Places in `items`. */
  places: Record<UndoState, number[]>;
}
export interface PlanDeps {
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  hash(text: string): string;
  get(id: ChangeId): StoredChange | undefined;
  /** How many it means, and what would become of each in turn. */
  look(selection: UndoSelection, signal: AbortSignal | undefined): Promise<{ of: number; items: AsyncIterable<UndoItem> }>;
}

/** Of all plans together; the oldest go first. */
const maxItems = 300_000;
const maxPlans = 8;
const tellEveryMs = 100;
/** Items whose hashes go into the plan's hash together. */
const hashedAtOnce = 500;

export const canBeBeside = (change: Pick<Change, 'kind' | 'op' | 'before'>): boolean =>
  isFile(change) && (change.op ?? 'write') === 'write' && change.before !== null;

export class UndoPlans {
  readonly #deps: PlanDeps;
  readonly #kept = new Map<UndoPlanId, KeptPlan>();

  constructor(deps: PlanDeps) {
    this.#deps = deps;
  }

  async *prepare(selection: UndoSelection, signal?: AbortSignal): AsyncGenerator<UndoPlanEvent> {
    const { clock, hash } = this.#deps;
    const { of, items: looked } = await this.#deps.look(selection, signal);
    const items: PlannedItem[] = [];
    const places: KeptPlan['places'] = { ready: [], already: [], conflict: [], cannot: [], undone: [] };
    let [sum, piece, beside, told] = ['', '', 0, clock.now()];
    for await (const { change, state, words, now } of looked) {
      signal?.throwIfAborted();
      places[state].push(items.length);
      if (state === 'conflict' && canBeBeside(change)) beside += 1;
      items.push({ id: change.id, state, words, now, kind: change.kind, title: change.title });
      piece += `${change.id} ${state} ${now ?? ''}\n`;
      if (items.length % hashedAtOnce === 0) [sum, piece] = [hash(sum + piece), ''];
      if (Math.abs(clock.now() - told) < tellEveryMs) continue;
      told = clock.now();
      yield { kind: 'looked', done: items.length, of };
    }
    const counts = Object.fromEntries(Object.entries(places).map(([state, at]) => [state, at.length])) as UndoPlan['counts'];
    const plan: KeptPlan = {
      ...{ id: undoPlanId.parse(`p-${this.#deps.ids.next()}`), hash: hash(sum + piece), counts, beside, items, places },
    };
    this.#keep(plan);
    yield { kind: 'plan', plan: shown(plan) };
  }

  #keep(plan: KeptPlan): void {
    this.#kept.set(plan.id, plan);
    const total = (): number => [...this.#kept.values()].reduce((sum, each) => sum + each.items.length, 0);
    for (const id of this.#kept.keys()) {
      if (id === plan.id || (this.#kept.size <= maxPlans && total() <= maxItems)) return;
      this.#kept.delete(id);
    }
  }

  /** Throws `undo-plan-gone`. */
  get(id: UndoPlanId, hash?: string): KeptPlan {
    const plan = this.#kept.get(id);
    if (plan !== undefined && (hash === undefined || hash === plan.hash)) return plan;
    throw new AppError('undo-plan-gone', 'What this undo would do is not kept any more.', {
      hint: 'Close it and choose “Undo” again: Orrery looks at it anew.',
    });
  }

  /** It is carried out, or nobody wants it. */
  forget(id: UndoPlanId): void {
    this.#kept.delete(id);
  }

  /** Some of those that are in this state, newest first. Throws `undo-plan-gone`. */
  page(id: UndoPlanId, state: UndoState, from: number, limit: number): UndoItem[] {
    const { items, places } = this.get(id);
    return places[state].slice(from, from + limit).flatMap((place) => {
      const item = items[place];
      const change = item === undefined ? undefined : this.#deps.get(item.id);
      if (item === undefined || change === undefined) return [];
      const { intended: _intended, ...told } = change;
      return [{ change: told, state, words: item.words, now: item.now }];
    });
  }
}

const shown = ({ items: _items, places: _places, ...plan }: KeptPlan): UndoPlan => plan;
