// The tray: what is going on, and the way back to the app. Where a system has no tray, the app just closes like any other.

import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { AppStatus } from '../../shared/model/system.ts';
import type { Log } from '../runtime/ports.ts';

export interface TrayActions {
  open(route?: string): void;
  quick(): void;
  quit(): void;
}
export interface AppTray {
  show(status: Pick<AppStatus, 'running' | 'waiting'>): void;
  destroy(): void;
}

export function trayTemplate(
  { running, waiting }: Pick<AppStatus, 'running' | 'waiting'>,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  return [
    { id: 'open', label: 'Open Orrery', click: () => actions.open() },
    { id: 'quick', label: 'Quick command', click: () => actions.quick() },
    { type: 'separator' },
    { id: 'running', label: running === 0 ? 'Nothing is running' : `${running} running`, click: () => actions.open('/runs') },
    { id: 'waiting', label: waiting === 0 ? 'Nothing waits for you' : `${waiting} waiting for you`, click: () => actions.open('/inbox') },
    { type: 'separator' },
    { id: 'quit', label: 'Quit Orrery', click: () => actions.quit() },
  ];
}

/** Undefined when the system has no place for it. */
export function createTray(iconFile: string, actions: TrayActions, log: Pick<Log, 'warn'>): AppTray | undefined {
  try {
    const icon = nativeImage.createFromPath(iconFile);
    icon.setTemplateImage(true);
    const tray = new Tray(icon);
    const show: AppTray['show'] = (status) => {
      tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(status, actions)));
      tray.setToolTip(status.waiting === 0 ? 'Orrery' : `Orrery – ${status.waiting} waiting for you`);
    };
    show({ running: 0, waiting: 0 });
    tray.on('click', () => actions.open());
    return { show, destroy: () => tray.destroy() };
  } catch (error) {
    log.warn('There is no tray here', { error: String(error) });
    return undefined;
  }
}
