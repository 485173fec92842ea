// What was attached to messages that are not sent yet, by conversation, as the drafts of their texts are. Kept while the page is open: the
// host keeps the contents until they are sent.

import { create } from 'zustand';
import { type AttachmentPart, maxAttachments } from '../../shared/model/chat.ts';

interface AttachmentDrafts {
  attachments: Readonly<Record<string, readonly AttachmentPart[]>>;
  attach(draft: string, part: AttachmentPart): void;
  detach(draft: string, id: string): void;
  /** None forgets them all. */
  setAttachments(draft: string, parts: readonly AttachmentPart[]): void;
}

export const useAttachments = create<AttachmentDrafts>((set) => {
  const put = (draft: string, change: (parts: readonly AttachmentPart[]) => readonly AttachmentPart[]): void =>
    set(({ attachments: { [draft]: before = [], ...others } }) => {
      const parts = change(before);
      return { attachments: parts.length === 0 ? others : { ...others, [draft]: parts } };
    });
  return {
    attachments: {},
    attach: (draft, part) => put(draft, (parts) => [...parts.filter(({ id }) => id !== part.id), part].slice(-maxAttachments)),
    detach: (draft, id) => put(draft, (parts) => parts.filter((part) => part.id !== id)),
    setAttachments: (draft, parts) => put(draft, () => parts),
  };
});
