// The text of a file that is to be imported: in one message as far as that carries it, else in parts.

import { AppError } from '../../../../shared/errors.ts';
import { type ImportReport, maxImportPart, maxImportText } from '../../../../shared/model/import-report.ts';
import { textOfBytes } from '../../../../shared/text-of-bytes.ts';
import { client } from '../../../api/index.ts';
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

const fits = (text: string): boolean => text.length <= maxCharacters && new Blob([JSON.stringify(text)]).size <= maxBytes;

/** Throws before anything is sent when the text is too large. */
export function fitsOneMessage(text: string, name: string): string {
  if (!fits(text)) throw tooLarge(name, text.length);
  return text;
}

export async function readImport(file: File): Promise<string> {
  // A larger file is not even read: its text could only grow on the way.
  if (file.size > maxImportText) throw tooLarge(file.name, file.size);
  return textOfBytes(new Uint8Array(await file.arrayBuffer()), file.name);
}

export interface Sent {
  report: ImportReport;
  /** How many workflows there are in it. */
  count: number;
  /** Sent in parts: named when it is stored. */
  upload?: string;
}

/** What would become of it; nothing is stored. */
export async function readSent(text: string, name: string | undefined): Promise<Sent> {
  const named = name === undefined ? {} : { name };
  if (fits(text)) {
    const { report, document } = await client.workflows.readForeign({ text, ...named });
    return { report, count: document === undefined ? 0 : report.workflows.length };
  }
  const upload = crypto.randomUUID();
  for (let index = 0; index * maxImportPart < text.length; index += 1)
    await client.workflows.putImportPart({ upload, index, text: text.slice(index * maxImportPart, (index + 1) * maxImportPart) });
  const { report, count } = await client.workflows.readImportParts({ upload, ...named, store: false });
  return { report, count, upload };
}

/** Stores it, and gives the first workflow. */
export async function storeSent(text: string, name: string | undefined, upload: string | undefined) {
  const named = name === undefined ? {} : { name };
  const { workflows } =
    upload === undefined
      ? await client.workflows.importForeign({ text, ...named })
      : await client.workflows.readImportParts({ upload, ...named, store: true });
  return workflows.map(({ id, name }) => ({ id, name }));
}
