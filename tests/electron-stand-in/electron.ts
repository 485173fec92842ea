// The part of Electron's main-process API that the app uses, over a real Chromium. `assignable.ts` holds it against Electron's
// own types; what a person would do (a click in the tray, a key press) tests do through the objects themselves.

import { EventEmitter } from 'node:events';
import { closeBrowser } from './browser.ts';
import { app, ipcMain, openWindows, seen } from './core.ts';

export { app, ipcMain, protocol, seen, session } from './core.ts';
export { MessageChannelMain } from './ports.ts';
export { BrowserWindow } from './windows.ts';

export const trays: Tray[] = [];
export const notifications: Notification[] = [];

export interface MenuItem {
  id?: string;
  label?: string;
  role?: string;
  accelerator?: string;
  submenu?: MenuItem[];
  click?: () => void;
}
export class Menu {
  static application: Menu | undefined;
  readonly items: MenuItem[];
  constructor(items: MenuItem[]) {
    this.items = items;
  }
  static buildFromTemplate(template: MenuItem[]): Menu {
    return new Menu(template);
  }
  static setApplicationMenu(menu: Menu): void {
    Menu.application = menu;
  }
  getMenuItemById(id: string): MenuItem | null {
    const all = (items: MenuItem[]): MenuItem[] => items.flatMap((item) => [item, ...all(item.submenu ?? [])]);
    return all(this.items).find((item) => item.id === id) ?? null;
  }
}

export class Tray extends EventEmitter {
  menu: Menu | undefined;
  toolTip = '';
  constructor(_icon: unknown) {
    super();
    trays.push(this);
  }
  setContextMenu(menu: Menu): void {
    this.menu = menu;
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  destroy(): void {
    trays.splice(trays.indexOf(this), 1);
  }
}

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  constructor(options: { title: string; body: string }) {
    super();
    this.title = options.title;
    this.body = options.body;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    notifications.push(this);
  }
}

export const nativeImage = {
  createFromPath: (_file: string) => ({ setTemplateImage: (_is: boolean): void => undefined, isEmpty: () => false }),
};
export const nativeTheme = { shouldUseDarkColors: false, themeSource: 'system' as 'system' | 'light' | 'dark' };

export const dialog = {
  /** What the person chooses next; undefined closes the dialog. */
  next: [] as (string | undefined)[],
  asked: [] as string[],
  async showOpenDialog(...args: unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    dialog.asked.push((args.at(-1) as { title?: string }).title ?? '');
    const chosen = dialog.next.shift();
    return { canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] };
  },
  async showSaveDialog(...args: unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    dialog.asked.push((args.at(-1) as { title?: string }).title ?? '');
    const chosen = dialog.next.shift();
    return { canceled: chosen === undefined, filePath: chosen ?? '' };
  },
  /** Whether the person agrees to the next questions; without one they agree. */
  agrees: [] as boolean[],
  confirmed: [] as { message: string; detail: string }[],
  async showMessageBox(...args: unknown[]): Promise<{ response: number; checkboxChecked: boolean }> {
    const { message = '', detail = '' } = args.at(-1) as { message?: string; detail?: string };
    dialog.confirmed.push({ message, detail });
    return { response: (dialog.agrees.shift() ?? true) ? 1 : 0, checkboxChecked: false };
  },
  showErrorBox(title: string, text: string): void {
    seen.errors.push({ title, text });
  },
};
export const shell = {
  async openExternal(url: string): Promise<void> {
    seen.opened.push(url);
  },
  showItemInFolder(path: string): void {
    seen.opened.push(path);
  },
};

const display = { workArea: { x: 0, y: 25, width: 1920, height: 1055 } };
export const screen = {
  displays: [display],
  getAllDisplays: () => screen.displays,
  getCursorScreenPoint: () => ({ x: 10, y: 10 }),
  getDisplayNearestPoint: (_point: { x: number; y: number }) => display,
};

export const globalShortcut = {
  held: new Map<string, () => void>(),
  register(keys: string, press: () => void): boolean {
    if (globalShortcut.held.has(keys)) return false;
    globalShortcut.held.set(keys, press);
    return true;
  },
  unregister(keys: string): void {
    globalShortcut.held.delete(keys);
  },
};

export const clipboard = {
  text: '',
  formats: [] as string[],
  has: async (mimetype: string): Promise<boolean> => clipboard.formats.some((format) => mimetype.includes(`"${format}"`)),
  readText: async (): Promise<string> => clipboard.text,
  async writeText(text: string): Promise<void> {
    clipboard.text = text;
  },
  async clear(): Promise<void> {
    clipboard.text = '';
  },
};

export const powerMonitor = new EventEmitter();

/** Between tests: as if the program had ended. */
export async function resetElectron(): Promise<void> {
  for (const window of [...openWindows]) window.destroy();
  app.removeAllListeners();
  ipcMain.removeAllListeners();
  powerMonitor.removeAllListeners();
  globalShortcut.held.clear();
  clipboard.text = '';
  trays.length = 0;
  notifications.length = 0;
  Object.assign(seen, { opened: [], errors: [], exitCode: undefined, hasLock: true, quit: undefined });
  await closeBrowser();
}
