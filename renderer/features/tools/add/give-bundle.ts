// Hands a file that was dropped on the page to the host, a piece at a time: a page does not know where its file lies.

import { AppError } from '../../../../shared/errors.ts';
import { maxBundleBytes } from '../../../../shared/model/server-import.ts';
import { client } from '../../../api/index.ts';

const pieceBytes = 768 * 1024;

/** Bytes as base64, in steps that the call stack bears. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** Gives the id that `preview` takes. Throws `bundle-unreadable`, `archive-too-large`, and what the host throws. */
export async function giveBundle(file: File): Promise<string> {
  if (!/\.(mcpb|dxt)$/i.test(file.name) || file.size === 0)
    throw new AppError('bundle-unreadable', 'That is no .mcpb or .dxt file.', { hint: 'Choose a bundle of a tool server.' });
  if (file.size > maxBundleBytes)
    throw new AppError('archive-too-large', 'A bundle has at most 512 MB.', { hint: 'Choose a smaller one.' });
  const upload = crypto.randomUUID();
  for (let offset = 0; offset < file.size; offset += pieceBytes) {
    const piece = new Uint8Array(await file.slice(offset, offset + pieceBytes).arrayBuffer());
    await client.servers.putBundle({ upload, offset, data: base64(piece) });
  }
  return upload;
}
