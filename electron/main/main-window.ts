// The main window: made when first wanted, hidden instead of closed while the tray keeps the app, shown again from anywhere.

import type { BrowserWindow } from 'electron';
import type { ShellRequests } from '../host/shell-requests.ts';
import { makeWindow } from './window.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

export interface MainWindow {
  show(route?: string): void;
  readonly current: BrowserWindow | undefined;
}

export function createMainWindow(deps: {
  preload: string;
  icon: string;
  dataFolder: string;
  requests: ShellRequests;
  /** Whether closing only hides it: the tray is there and the person wants it so. */
  hidesOnClose(): boolean;
  onClosed(): void;
}): MainWindow {
  let window: BrowserWindow | undefined;
  const open = (): BrowserWindow => {
    const { maximized, ...bounds } = readWindowState(deps.dataFolder);
    const made = makeWindow('index.html', deps.preload, { ...bounds, minWidth: 640, minHeight: 480, title: 'Orrery', icon: deps.icon });
    keepWindowState(made, deps.dataFolder);
    made.once('ready-to-show', () => {
      if (maximized) made.maximize();
      made.show();
    });
    made.on('close', (event) => {
      if (!deps.hidesOnClose()) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => {
      window = undefined;
      deps.onClosed();
    });
    return made;
  };
  return {
    show(route) {
      if (route !== undefined) deps.requests.send({ type: 'route', route });
      if (window === undefined) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    get current() {
      return window;
    },
  };
}
