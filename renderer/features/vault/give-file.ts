// Hands a file that was dropped on the page to the host, a part at a time: a page does not know where its file lies.

import { AppError } from '../../../shared/errors.ts';
import { maxImportPart } from '../../../shared/model/import-report.ts';
import { textOfBytes } from '../../../shared/text-of-bytes.ts';
import { client } from '../../api/index.ts';
import { getT } from '../../strings/index.ts';

/** As much as the host reads from a disk. */
const maxBytes = 20_000_000;

/** Gives the id that a preview takes. Throws `import-empty`, `import-too-large`, `input-not-utf8`, and what the host throws. */
export async function giveFile(file: File): Promise<string> {
  const t = getT('vault');
  if (file.size === 0) throw new AppError('import-empty', t('dropEmpty', { name: file.name }), { hint: t('dropEmptyHint') });
  if (file.size > maxBytes) throw new AppError('import-too-large', t('dropTooLarge', { name: file.name }), { hint: t('dropEmptyHint') });
  const text = textOfBytes(new Uint8Array(await file.arrayBuffer()), file.name);
  const upload = crypto.randomUUID();
  for (let index = 0; index * maxImportPart < text.length; index += 1)
    await client.vault.putImportPart({ upload, index, text: text.slice(index * maxImportPart, (index + 1) * maxImportPart) });
  return upload;
}
