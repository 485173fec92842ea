// The person's word, given where no page can give it for them: in a dialog of the system. What they agreed to, and the paths they
// chose in a dialog, are remembered until the app ends, never on disk.

import path from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import { canonicalJson } from '../runtime/policy/canonical.ts';
import type { Consent, Proposal } from '../runtime/policy/proposals.ts';

export interface DesktopConsent extends Consent {
  /** A path that the person picked in a dialog. */
  chose(chosen: string): void;
}

/** A page must not hide a line beyond the edge of the screen, nor write one that reads otherwise than it is. */
const MAX_LINES = 30;
const MAX_LENGTH = 400;
const plain = (text: string): string => {
  // Line breaks, control signs, and signs that turn the direction of writing or are not seen.
  const seen = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
  return seen.length <= MAX_LENGTH ? seen : `${seen.slice(0, MAX_LENGTH)} … and ${seen.length - MAX_LENGTH} more characters`;
};

export function createConsent(window: () => BrowserWindow | undefined): DesktopConsent {
  const agreed = new Set<string>();
  const chosen = new Set<string>();
  // One dialog at a time: a page that asks a hundred things does not cover the screen.
  let last: Promise<unknown> = Promise.resolve();

  async function show(proposal: Proposal): Promise<boolean> {
    const lines = proposal.lines.slice(0, MAX_LINES).map(plain);
    if (proposal.lines.length > MAX_LINES) return false;
    const options = {
      type: 'warning' as const,
      title: 'Orrery',
      message: plain(proposal.title),
      detail: lines.join('\n'),
      buttons: ['Cancel', proposal.button],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    };
    const parent = window();
    const { response } = parent === undefined ? await dialog.showMessageBox(options) : await dialog.showMessageBox(parent, options);
    return response === 1;
  }

  return {
    isChosen: (asked) => path.isAbsolute(asked) && [...chosen].some((each) => isInside(each, path.resolve(asked))),
    chose: (picked) => void chosen.add(path.resolve(picked)),
    async ask(proposal) {
      const key = canonicalJson({ ...proposal });
      if (agreed.has(key)) return true;
      const answer = last.then(() => agreed.has(key) || show(proposal));
      last = answer.catch(() => undefined);
      const yes = await answer;
      if (yes && proposal.lasts) agreed.add(key);
      return yes;
    },
  };
}

function isInside(folder: string, asked: string): boolean {
  const way = path.relative(folder, asked);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}
