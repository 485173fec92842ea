// What no page in this app may do, whatever it is: leave our origin, open windows, embed others' pages, get permissions,
// reach the network. Set on every web contents as it is made, not by each window.

import { app, type Session, session, shell, type WebContents } from 'electron';
import type { Log } from '../runtime/ports.ts';
import { APP_SCHEME, isOpenableLink, isOwnAddress } from './origin.ts';

/** Copying text is the one permission our pages need. */
const GRANTED = new Set(['clipboard-sanitized-write']);
const OWN_SCHEMES = new Set([`${APP_SCHEME}:`, 'data:', 'blob:', 'devtools:']);

export function lockDownAll(log: Pick<Log, 'warn'>): void {
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, log));
  lockDownSession(session.defaultSession);
}

function lockDownContents(contents: WebContents, log: Pick<Log, 'warn'>): void {
  const block = (event: { preventDefault(): void }, address: string, how: string): void => {
    if (isOwnAddress(address)) return;
    event.preventDefault();
    log.warn('A page tried to leave the app', { how, address: address.slice(0, 200) });
  };
  contents.on('will-navigate', (event) => block(event, event.url, 'navigation'));
  contents.on('will-frame-navigate', (event) => block(event, event.url, 'frame'));
  contents.on('will-redirect', (event) => block(event, event.url, 'redirect'));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url, log);
    return { action: 'deny' };
  });
}

/** In the person's own browser or mail program; anything else is refused. */
export function openLink(url: string, log: Pick<Log, 'warn'>): void {
  if (!isOpenableLink(url)) {
    log.warn('A link was not opened', { address: url.slice(0, 200) });
    return;
  }
  shell.openExternal(url).catch((error: unknown) => log.warn('The system could not open a link', { error: String(error) }));
}

function lockDownSession(own: Session): void {
  own.setPermissionRequestHandler((contents, permission, answer) => answer(isOwnAddress(contents.getURL()) && GRANTED.has(permission)));
  own.setPermissionCheckHandler((contents, permission) => isOwnAddress(contents?.getURL() ?? '') && GRANTED.has(permission));
  own.setDevicePermissionHandler(() => false);
  own.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  // Its dictionaries would be fetched from the network.
  own.setSpellCheckerEnabled(false);
  // Pages speak to the host only. Whatever a page asks of the network is refused here even if its policy had a hole.
  own.webRequest.onBeforeRequest((details, answer) =>
    answer({ cancel: !(URL.canParse(details.url) && OWN_SCHEMES.has(new URL(details.url).protocol)) }),
  );
}
