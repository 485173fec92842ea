import { AppError } from '../../../shared/errors.ts';
import type { MemoryId } from '../../../shared/model/ids.ts';
import type { MemoryItem } from '../../../shared/model/memory.ts';
import type { Ports } from '../ports.ts';
import { api } from './base.ts';

export function memoryApi({ store, clock, ids }: Pick<Ports, 'store' | 'clock' | 'ids'>) {
  const known = (id: MemoryId): MemoryItem => {
    const item = store.memory.get(id);
    if (item === undefined) throw new AppError('memory-not-found', 'That memory is not there any more.', { hint: 'Reload the list.' });
    return item;
  };
  return {
    list: api.memory.list.handler(({ input }) => store.memory.list(input)),
    search: api.memory.search.handler(({ input }) => store.memory.search(input.query, input.limit, input.tag)),
    add: api.memory.add.handler(({ input }) => {
      const at = clock.now();
      return store.memory.put({ ...input.draft, id: ids.next() as MemoryId, source: { kind: 'person' }, createdAt: at, updatedAt: at });
    }),
    edit: api.memory.edit.handler(({ input }) => store.memory.put({ ...known(input.id), ...input.draft, updatedAt: clock.now() })),
    forget: api.memory.forget.handler(({ input }) => {
      known(input.id);
      store.memory.forget(input.id);
    }),
    listTags: api.memory.listTags.handler(() => store.memory.tags()),
  };
}
