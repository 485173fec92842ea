// The text of a file that is to be imported, as far as one message can carry it.

import { AppError } from '../../../../shared/errors.ts';
import { getT } from '../../../strings/index.ts';
import { formatBytes } from '../../../ui/index.ts';

/** What one message may carry as text, in UTF-16 units and in bytes as JSON. */
const maxCharacters = 3_500_000;
const maxBytes = 4_000_000;

const tooLarge = (name: string, size: number): AppError => {
  const t = getT('workflow');
  return new AppError('workflow-file-too-large', t('list.too-large', { name, size: formatBytes(size) }), {
    hint: t('list.too-large-hint'),
  });
};

/** Throws before anything is sent when the text is too large. */
export function fitsOneMessage(text: string, name: string): string {
  if (text.length > maxCharacters) throw tooLarge(name, text.length);
  const size = new Blob([JSON.stringify(text)]).size;
  if (size > maxBytes) throw tooLarge(name, size);
  return text;
}

export async function readImport(file: File): Promise<string> {
  // A larger file is not even read: its text could only grow on the way.
  if (file.size > maxBytes) throw tooLarge(file.name, file.size);
  return fitsOneMessage(await file.text(), file.name);
}
