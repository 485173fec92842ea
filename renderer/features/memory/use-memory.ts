// What the page shows: the newest items, or the hits of a search, for one tag or all.

import { useEffect, useState } from 'react';
import type { MemoryHit, MemoryItem } from '../../../shared/model/memory.ts';
import { client, useCall } from '../../api/index.ts';

const STEP = 100;

export type Shown = MemoryItem & Partial<Pick<MemoryHit, 'snippet'>>;

export function useMemory(query: string, tag: string | undefined) {
  const [asked, setAsked] = useState(query.trim());
  const [limit, setLimit] = useState(STEP);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query.trim()), 120);
    return () => clearTimeout(timer);
  }, [query]);
  const byTag = tag === undefined ? {} : { tag };
  const call = useCall(
    async (signal): Promise<{ items: Shown[]; total: number; query: string }> => {
      if (asked === '') return { ...(await client.memory.list({ limit, ...byTag }, { signal })), query: '' };
      const items = await client.memory.search({ query: asked.slice(0, 1000), limit: 100, ...byTag }, { signal });
      return { items, total: items.length, query: asked };
    },
    [asked, tag, limit],
  );
  const tags = useCall((signal) => client.memory.listTags(undefined, { signal }), []);
  const left = Math.min(500, call.data?.total ?? 0) - (call.data?.items.length ?? 0);
  return {
    ...call,
    tags: tags.data ?? [],
    /** How many more one step brings; 0 when all are shown. */
    more: asked === '' ? Math.max(0, Math.min(STEP, left)) : 0,
    showMore: () => setLimit((before) => Math.min(500, before + STEP)),
    reloadAll: () => {
      call.reload();
      tags.reload();
    },
  };
}
