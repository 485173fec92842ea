// What was typed and not sent yet, one text per conversation. Kept on this machine across reloads and windows; a full or forbidden
// storage only means that a reload forgets it. What is attached is kept by the host (chat/attach/use-attached.ts).

import { create } from 'zustand';

const storageKey = 'orrery.drafts';
const maxKept = 50;
/** The draft of the chat that does not exist yet. */
export const newChatDraft = 'new' as const;

function load(): Record<string, string> {
  try {
    const value: unknown = JSON.parse(globalThis.localStorage?.getItem(storageKey) ?? '{}');
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    // Unreadable drafts are worth less than a chat that opens.
    return {};
  }
}

function keep(drafts: Record<string, string>): void {
  try {
    globalThis.localStorage?.setItem(storageKey, JSON.stringify(drafts));
  } catch {
    // Storage is full or forbidden: the draft stays in memory.
  }
}

interface Drafts {
  drafts: Record<string, string>;
  /** An empty text forgets the draft. */
  setDraft(id: string, text: string): void;
  /** What could not be sent comes back, before what was typed since. */
  putBack(id: string, text: string): void;
}

export const useDrafts = create<Drafts>((set, get) => ({
  drafts: load(),
  setDraft: (id, text) =>
    set((before) => {
      const { [id]: _old, ...others } = before.drafts;
      const drafts = text === '' ? others : Object.fromEntries([...Object.entries(others).slice(-(maxKept - 1)), [id, text]]);
      keep(drafts);
      return { drafts };
    }),
  putBack(id, text) {
    const since = get().drafts[id] ?? '';
    get().setDraft(id, since === '' || text === '' ? text + since : `${text}\n\n${since}`);
  },
}));

// Another window wrote it: one that went on with what it knew would put older texts in the place of newer ones.
globalThis.window?.addEventListener('storage', ({ key }) => {
  if (key === storageKey || key === null) useDrafts.setState({ drafts: load() });
});
