// Memory for a node: what it remembers is named by its step, so that a step that is done again remembers nothing twice.

import type { MemoryId } from '../../../shared/model/ids.ts';
import type { NodePowers } from '../nodes/define-node.ts';
import { both } from '../policy/taint.ts';
import type { StepBinding } from './execute.ts';
import { changedBy, noterOf, type PowerDeps, sourceOf } from './power-deps.ts';
import { mayRemember } from './power-reach.ts';

export function memoryPower(deps: PowerDeps, binding: StepBinding): NodePowers['memory'] {
  const { store, clock, hash } = deps.ports;
  return {
    async remember(item) {
      await mayRemember(deps, binding, item.text);
      const at = clock.now();
      // The step's own key names the item, so that remembering again after a crash is the same remembering.
      const id = `m${hash(binding.context.idempotencyKey).slice(0, 24)}` as MemoryId;
      const before = item.key === undefined ? store.memory.get(id) : store.memory.findByKey(item.key);
      const put = () =>
        store.memory.put({
          ...item,
          id: before?.id ?? id,
          source: sourceOf(binding),
          createdAt: before?.createdAt ?? at,
          updatedAt: at,
        });
      return deps.undo === undefined ? put() : deps.undo.as(changedBy(deps.ports, binding), put);
    },
    async recall(query, options) {
      noterOf(deps, binding)(both('memory'));
      if (options.key === undefined) return store.memory.search(query, options.limit, options.tag);
      const item = store.memory.findByKey(options.key);
      return item === undefined ? [] : [{ ...item, score: 1, snippet: item.text.slice(0, 200) }];
    },
  };
}
