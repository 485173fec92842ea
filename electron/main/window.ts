// The one place where windows are made, so that none is made weaker than another.

import path from 'node:path';
import { BrowserWindow, type BrowserWindowConstructorOptions, nativeTheme } from 'electron';
import { APP_ORIGIN } from './origin.ts';

const DARK = '#0f1115';
const LIGHT = '#fafafa';

export type Look = Omit<BrowserWindowConstructorOptions, 'webPreferences' | 'show' | 'backgroundColor'>;

/** Not shown yet: the caller shows it when its first picture is ready, so that nothing flashes. */
export function makeWindow(page: 'index.html' | 'quick.html', preload: string, look: Look): BrowserWindow {
  const window = new BrowserWindow({
    ...look,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? DARK : LIGHT,
    webPreferences: {
      preload: path.resolve(preload),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      safeDialogs: true,
    },
  });
  void window.loadURL(`${APP_ORIGIN}/${page === 'index.html' ? '' : page}`);
  return window;
}
