// Lists are sorted as V8 sorts them: with a comparison that contradicts itself (`a > b`, answers left out), what comes out
// depends on the way of sorting, and n8n's is V8's. Short lists only: V8 sorts those by insertion, the way written here.

type Compare = (a: unknown, b: unknown) => unknown;

/** From here on V8 merges runs; a sound comparison gives the same either way. */
const firstLong = 64;

/** The length of the run that the list begins with; a falling one is turned round. */
function firstRun(list: unknown[], order: (a: unknown, b: unknown) => number): number {
  if (list.length < 2) return list.length;
  let length = 2;
  const falls = order(list[1], list[0]) < 0;
  for (; length < list.length; length += 1) if (order(list[length], list[length - 1]) < 0 !== falls) break;
  if (falls) list.splice(0, length, ...list.slice(0, length).reverse());
  return length;
}

function insertionSort(list: unknown[], order: (a: unknown, b: unknown) => number): void {
  for (let start = firstRun(list, order); start < list.length; start += 1) {
    const pivot = list[start];
    let left = 0;
    let right = start;
    while (left < right) {
      const middle = left + ((right - left) >> 1);
      if (order(pivot, list[middle]) < 0) right = middle;
      else left = middle + 1;
    }
    list.copyWithin(left + 1, left, start);
    list[left] = pivot;
  }
}

const own = { sort: Array.prototype.sort, toSorted: Array.prototype.toSorted };

function sorted(list: unknown[], compare: Compare): unknown[] {
  const order = (a: unknown, b: unknown): number => Number(compare(a, b));
  const there = list.filter((value) => value !== undefined);
  insertionSort(there, order);
  return there;
}

function sort(this: unknown[], compare?: Compare): unknown[] {
  if (typeof compare !== 'function' || !Array.isArray(this) || this.length >= firstLong) return own.sort.call(this, compare as never);
  const there = sorted(this, compare);
  const present = Object.keys(this).length;
  const { length } = this;
  for (let at = 0; at < length; at += 1) {
    if (at < there.length) this[at] = there[at];
    else if (at < present) this[at] = undefined;
    else delete this[at];
  }
  return this;
}

function toSorted(this: unknown[], compare?: Compare): unknown[] {
  if (typeof compare !== 'function' || !Array.isArray(this)) return own.toSorted.call(this, compare as never);
  return sort.call([...this], compare);
}

for (const [name, value] of Object.entries({ sort, toSorted }))
  Object.defineProperty(Array.prototype, name, { value, writable: true, configurable: true, enumerable: false });
