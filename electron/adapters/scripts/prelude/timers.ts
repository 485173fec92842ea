// Timers for the Code node: there is no time in the sandbox, so they run in the order they are due, without waiting.

interface Timer {
  id: number;
  due: number;
  run: () => unknown;
  every?: number;
}

/** How many turns of promises pass before the next timer, so that what does not wait comes first. */
const turns = 50;
const timers: Timer[] = [];
let nextId = 0;
let isPumping = false;
let passed = 0;

async function pump(): Promise<void> {
  if (isPumping) return;
  isPumping = true;
  while (timers.length > 0) {
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    timers.sort((a, b) => a.due - b.due || a.id - b.id);
    const timer = timers.shift();
    if (timer === undefined) break;
    passed = timer.due;
    if (timer.every !== undefined) timers.push({ ...timer, due: timer.due + Math.max(timer.every, 1) });
    timer.run();
  }
  isPumping = false;
}

const add =
  (isRepeated: boolean) =>
  (work: (...given: unknown[]) => unknown, wait: unknown = 0, ...given: unknown[]) => {
    nextId += 1;
    const ms = Number(wait) > 0 ? Number(wait) : 0;
    timers.push({ id: nextId, due: passed + ms, run: () => work(...given), ...(isRepeated ? { every: ms } : {}) });
    void pump();
    return nextId;
  };
const clear = (id: unknown): void => {
  const at = timers.findIndex((timer) => timer.id === id);
  if (at >= 0) timers.splice(at, 1);
};

export const timerNames = {
  setTimeout: add(false),
  setInterval: add(true),
  setImmediate: (work: (...given: unknown[]) => unknown, ...given: unknown[]) => add(false)(work, 0, ...given),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
};
