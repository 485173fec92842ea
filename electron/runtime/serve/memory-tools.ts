// Memory for other programs: searching it, and adding to it under keys of their own.

import { AppError } from '../../../shared/errors.ts';
import { issueSentence } from '../../../shared/issue-words.ts';
import type { MemoryId } from '../../../shared/model/ids.ts';
import { memoryDraft } from '../../../shared/model/memory.ts';
import { asText, object, type ServeDeps, type Served, text } from './served.ts';

export function memoryTools({ ports, asClient }: ServeDeps): Served[] {
  const { store, clock } = ports;
  return [
    {
      name: 'search_memory',
      title: 'Search memory',
      description: 'What this person’s agents remember, best matches first.',
      inputSchema: object(
        { query: text('Words to look for.'), limit: { type: 'integer', minimum: 1, maximum: 50 }, tag: text('Only items with this tag.') },
        ['query'],
      ),
      readOnly: true,
      async run({ query, limit, tag }) {
        const found = store.memory.search(
          String(query ?? ''),
          typeof limit === 'number' ? limit : 10,
          typeof tag === 'string' ? tag : undefined,
        );
        return asText({ items: found.map(({ id, text: words, tags, updatedAt }) => ({ id, text: words, tags, updatedAt })) });
      },
    },
    {
      name: 'remember',
      title: 'Remember something',
      description: 'Adds one item to memory. With a key, it replaces the item of that key.',
      inputSchema: object(
        {
          text: text('What to remember.'),
          tags: { type: 'array', items: { type: 'string' } },
          key: text('A name under which a later write replaces this one.'),
        },
        ['text'],
      ),
      readOnly: false,
      isBegun: (made) => store.memory.get(made as MemoryId) !== undefined,
      async run(args, { client, run, step, made }) {
        const parsed = memoryDraft.safeParse(args);
        if (!parsed.success)
          throw new AppError('input-invalid', parsed.error.issues.slice(0, 3).map(issueSentence).join(' '), {
            hint: 'Correct it and call again.',
          });
        const known = store.memory.get(made as MemoryId);
        if (known !== undefined) return asText({ id: known.id });
        const at = clock.now();
        // A key of another writer is not overwritten: a program has its own.
        const key = parsed.data.key === undefined ? {} : { key: `program:${client}:${parsed.data.key}` };
        const item = asClient({ client, run, step }, () =>
          store.memory.put({
            ...parsed.data,
            ...key,
            id: made as MemoryId,
            source: { kind: 'conversation', conversation: `program:${client}`, title: client },
            createdAt: at,
            updatedAt: at,
          }),
        );
        return asText({ id: item.id });
      },
    },
  ];
}
