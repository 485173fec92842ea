// The quick-command window: small, above everything, there at a key press and gone when the person looks away or presses Esc.

import { type BrowserWindow, screen } from 'electron';
import { makeWindow } from './window.ts';

const WIDTH = 680;
const HEIGHT = 420;

export interface QuickWindow {
  toggle(): void;
  show(): void;
  hide(): void;
  readonly current: BrowserWindow | undefined;
}

export function createQuickWindow(deps: { preload: string; icon: string }): QuickWindow {
  let window: BrowserWindow | undefined;
  const open = (): BrowserWindow => {
    const made = makeWindow('quick.html', deps.preload, {
      width: WIDTH,
      height: HEIGHT,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      title: 'Orrery quick command',
      icon: deps.icon,
    });
    made.on('blur', () => made.hide());
    made.webContents.on('before-input-event', (event, input) => {
      if (input.type !== 'keyDown' || input.key !== 'Escape') return;
      event.preventDefault();
      made.hide();
    });
    made.once('ready-to-show', () => place(made));
    made.on('closed', () => {
      window = undefined;
    });
    return made;
  };
  const show = (): void => {
    if (window === undefined) window = open();
    else place(window);
  };
  return {
    show,
    hide: () => window?.hide(),
    toggle: () => {
      if (window?.isVisible() === true) window.hide();
      else show();
    },
    get current() {
      return window;
    },
  };
}

/** In the upper third of the screen where the pointer is. */
function place(window: BrowserWindow): void {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  window.setBounds({
    x: Math.round(workArea.x + (workArea.width - WIDTH) / 2),
    y: Math.round(workArea.y + workArea.height * 0.22),
    width: WIDTH,
    height: HEIGHT,
  });
  window.show();
  window.focus();
}
