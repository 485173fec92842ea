// Split In Batches / Loop Over Items, versions 1 to 3. What is left is kept between its runs in one execution.

import type { Behaviour, NodeRun } from '../node-run.ts';
import type { Item, Paired, PairedItem, Source } from '../types.ts';

interface Memory {
  items?: Item[];
  processed?: Item[];
  source?: Source | undefined;
  noItemsLeft?: boolean;
  currentRunIndex?: number;
  maxRunIndex?: number;
  done?: boolean;
}

export const splitInBatchesNode: Behaviour = {
  firstItemOnly: true,
  outputs: (_, version) => (version < 2 ? 1 : 2),
  run(run) {
    const size = Math.max(0, Math.trunc(Number(run.param('batchSize', 0, run.version < 3 ? 10 : 1))));
    const memory = run.memory as Memory;
    const batch = nextBatch(run, memory, size);
    memory.noItemsLeft = memory.items?.length === 0;
    memory.done = batch.length === 0;
    if (run.version < 2) return batch.length === 0 ? null : [batch];
    if (batch.length === 0) return run.version < 3 ? [[], memory.processed ?? []] : [memory.processed ?? [], []];
    return run.version < 3 ? [batch, []] : [[], batch];
  },
};

function nextBatch(run: NodeRun, memory: Memory, size: number): Item[] {
  const items = [...run.items];
  if (memory.items === undefined || run.param('options.reset', 0, false) === true) {
    memory.currentRunIndex = 0;
    memory.maxRunIndex = Math.ceil(items.length / size);
    memory.source = run.source[0] ?? undefined;
    memory.items = items;
    memory.processed = [];
    return memory.items.splice(0, size);
  }
  memory.currentRunIndex = (memory.currentRunIndex ?? 0) + 1;
  const own = run.source[0] ?? undefined;
  memory.processed = [
    ...(memory.processed ?? []),
    ...items.map((item, index) => ({ ...item, pairedItem: { sourceOverwrite: own, item: index } })),
  ];
  const { source } = memory;
  const from = (paired: PairedItem): Paired =>
    typeof paired === 'number' ? { item: paired, sourceOverwrite: source } : { ...(paired as Paired), sourceOverwrite: source };
  return memory.items.splice(0, size).map((item) => {
    const paired = item.pairedItem;
    const pairedItem =
      paired === undefined ? { item: 0, sourceOverwrite: source } : Array.isArray(paired) ? paired.map(from) : from(paired);
    return { ...item, pairedItem };
  });
}
