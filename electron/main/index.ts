// Starts the desktop app: where its files are, and how its host is built.

import path from 'node:path';
import { app } from 'electron';
import { defaultDataFolder } from '../host/data-folder.ts';
import { openHost } from '../host/open-host.ts';
import { createClipboardEvents } from './clipboard-events.ts';
import { startDesktop } from './desktop.ts';
import { createHotkeys } from './hotkeys-events.ts';
import { secretClipboard } from './secret-clipboard.ts';

const dataFolder = defaultDataFolder();
const root = app.getAppPath();
// Chromium's own profile lives in our data folder too, so that two data folders are two apps.
app.setPath('userData', path.join(dataFolder, 'desktop'));

void startDesktop({
  dataFolder,
  files: {
    renderer: path.join(root, 'out/renderer'),
    preload: path.join(root, 'out/preload/preload.cjs'),
    icon: path.join(root, 'resources/icon.png'),
    trayIcon: path.join(root, process.platform === 'darwin' ? 'resources/trayTemplate.png' : 'resources/tray.png'),
  },
  openHost: async (makeShell, onReadable) => {
    const opened = await openHost({
      kind: 'desktop',
      dataFolder,
      onReadable,
      shell: ({ terminals }) => makeShell(terminals),
      can: { pickFolder: true, showInFolder: true, notify: true },
      clipboard: secretClipboard,
      desktop: {
        missing: {},
        onHotkey: createHotkeys(),
        onClipboard: createClipboardEvents({ warn: (message, data) => console.warn(message, data ?? '') }),
      },
    });
    return 'holder' in opened ? { held: opened.message } : { ...opened.host, dataFolder, onAway: opened.host.runtime.onAway };
  },
});
