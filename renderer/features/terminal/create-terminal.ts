// Makes the xterm terminal. Its output is inert: what a program prints can draw, and nothing else. No clipboard access
// (OSC 52), no titles, no links with hidden targets (OSC 8), no window commands, no notifications.

import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { safeLink } from '../../markdown/address.ts';
import { themeFromTokens } from './theme.ts';

export interface TerminalParts {
  terminal: Terminal;
  fit: FitAddon;
  search: SearchAddon;
}

/** Operating-system commands that reach beyond the screen: titles, icons, palette, links, notifications, clipboard, files. */
const refusedOsc = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 50, 52, 99, 104, 110, 111, 112, 133, 633, 777, 1337];

const webLink = /\bhttps?:\/\/[^\s"'<>`{}|\\^\p{Cc}]*[^\s"'<>`{}|\\^\p{Cc}.,;:!?)\]]/iu;

export function createTerminal(element: HTMLElement, onLink: (url: string) => void): TerminalParts {
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono Variable", ui-monospace, Menlo, monospace',
    fontSize: 13,
    lineHeight: 1.25,
    cursorBlink: false,
    scrollback: 10_000,
    minimumContrastRatio: 4.5,
    // Search marks need it; nothing else uses it.
    allowProposedApi: true,
    linkHandler: null,
    windowOptions: {},
    theme: themeFromTokens(element),
  });
  const fit = new FitAddon();
  const search = new SearchAddon({ highlightLimit: 500 });
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(
    new WebLinksAddon(
      (_event, uri) => {
        const url = safeLink(uri);
        if (url !== undefined) onLink(url);
      },
      { urlRegex: webLink },
    ),
  );
  for (const id of refusedOsc) terminal.parser.registerOscHandler(id, () => true);
  // Device control strings can ask for settings and answer as if typed.
  terminal.parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  terminal.open(element);
  return { terminal, fit, search };
}
