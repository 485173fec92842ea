import type { AttachedEvent, AttachmentPart } from '../../../../shared/model/chat.ts';

/** What is attached after these. Pure. */
export function foldAttached(before: readonly AttachmentPart[], events: readonly AttachedEvent[]): readonly AttachmentPart[] {
  return events.reduce((parts, event) => {
    if (event.type === 'all') return event.parts;
    if (event.type === 'gone') return parts.filter(({ id }) => !event.ids.includes(id));
    return [...parts.filter(({ id }) => id !== event.part.id), event.part];
  }, before);
}
