import type { ITheme } from '@xterm/xterm';

/** xterm draws on a canvas and needs colours, not variables: they are read from the page's tokens. */
export function themeFromTokens(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    background: token('--bg'),
    foreground: token('--ink'),
    cursor: token('--accent'),
    cursorAccent: token('--bg'),
    selectionBackground: `${token('--accent')}55`,
    black: token('--ink-3'),
    red: token('--bad'),
    green: token('--ok'),
    yellow: token('--wait'),
    blue: token('--data'),
    magenta: token('--model'),
    cyan: token('--run'),
    white: token('--ink'),
    brightBlack: token('--ink-3'),
    brightRed: token('--bad'),
    brightGreen: token('--ok'),
    brightYellow: token('--wait'),
    brightBlue: token('--data'),
    brightMagenta: token('--model'),
    brightCyan: token('--run'),
    brightWhite: token('--ink'),
  };
}
