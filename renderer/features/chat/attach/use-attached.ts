// What is attached to a message that is not sent yet. The host keeps it with the draft, and tells every window that shows it.

import { useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import { type AttachmentPart, draftKey } from '../../../../shared/model/chat.ts';
import { client, useStream } from '../../../api/index.ts';
import { foldAttached } from './attached.ts';

const none: readonly AttachmentPart[] = [];

export function useAttached(draft: string): { parts: readonly AttachmentPart[]; error: AppError | undefined } {
  const [kept, setKept] = useState<{ draft: string; parts: readonly AttachmentPart[] }>();
  const of = (each: typeof kept): readonly AttachmentPart[] => (each?.draft === draft ? each.parts : none);
  const { error } = useStream(
    (signal) => client.chat.watchAttached({ draft: draftKey.parse(draft) }, { signal }),
    (batch) => setKept((before) => ({ draft, parts: foldAttached(of(before), batch) })),
    [draft],
  );
  return { parts: of(kept), error };
}
