// A secret for the person, into the clipboard and out of it. Done in the main process: no page sees the text.

import { clipboard } from 'electron';
import type { ClipboardHand } from '../adapters/vault/copy-secret.ts';

export const secretClipboard: ClipboardHand = {
  async put(text) {
    await clipboard.writeText(text);
  },
  async clearIf(text) {
    if ((await clipboard.readText()) === text) await clipboard.clear();
  },
};
