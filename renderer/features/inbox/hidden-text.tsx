import type { ReactNode } from 'react';
import { revealHidden } from '../../markdown/hidden.ts';

/** Text with hidden characters shown as marked code points. */
export function HiddenText({ text }: { text: string }): ReactNode {
  return revealHidden(text).map((piece, index) =>
    piece.hidden === undefined ? (
      piece.text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the text
      <mark key={index} className="hidden-character" title={piece.hidden}>
        {piece.text}
      </mark>
    ),
  );
}
