// When a paste must be asked about: what holds a line break can run at once, and control characters can do worse. Pure.

export interface PasteQuestion {
  text: string;
  lines: number;
  hasControl: boolean;
}

const control = /(?![\t\n\r])\p{Cc}/gu;

/** What to ask about, or undefined when the text can go straight in. */
export function questionFor(text: string): PasteQuestion | undefined {
  const hasBreak = /[\r\n]/.test(text);
  const hasControl = text.search(control) !== -1;
  if (!hasBreak && !hasControl) return undefined;
  return {
    text,
    lines: text
      .replace(/\r\n?|\n$/g, (match) => (match === '\n' ? '' : '\n'))
      .replace(/\n$/, '')
      .split('\n').length,
    hasControl,
  };
}

/** Control characters (but tabs and line breaks) are taken out: pasted text must not end bracketed paste or press keys. */
export const cleaned = (text: string): string => text.replace(control, '');
