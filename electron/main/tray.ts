// The tray: what is going on, and the way back to the app. Where a system has no tray, the app just closes like any other.

import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { AppStatus } from '../../shared/model/system.ts';
import type { Log } from '../runtime/ports.ts';

export interface TrayActions {
  open(route?: string): void;
  quick(): void;
  /** Holds all work, or lets it go on. */
  setPaused(isPaused: boolean): void;
  quit(): void;
}
/** What the tray tells; `paused` and `queued` are missing until the host has said. */
export type TrayStatus = Pick<AppStatus, 'running' | 'waiting'> & Partial<Pick<AppStatus, 'queued' | 'paused' | 'nextDue'>>;
export interface AppTray {
  show(status: TrayStatus): void;
  destroy(): void;
}

export function trayTemplate(status: TrayStatus, actions: TrayActions): MenuItemConstructorOptions[] {
  const { running, waiting, queued = 0, paused = false, nextDue } = status;
  const going = running === 0 ? 'Nothing is running' : `${running} running`;
  return [
    { id: 'open', label: 'Open Orrery', click: () => actions.open() },
    { id: 'quick', label: 'Quick command', click: () => actions.quick() },
    { type: 'separator' },
    { id: 'running', label: queued === 0 ? going : `${going}, ${queued} queued`, click: () => actions.open('/runs') },
    { id: 'waiting', label: waiting === 0 ? 'Nothing waits for you' : `${waiting} waiting for you`, click: () => actions.open('/inbox') },
    ...(nextDue === undefined
      ? []
      : [{ id: 'next', label: `Next: ${nextDue.title}, ${timeOf(nextDue.at)}`, click: () => actions.open('/jobs') }]),
    { type: 'separator' },
    { id: 'pause', label: paused ? 'Go on' : 'Pause everything', click: () => actions.setPaused(!paused) },
    { id: 'quit', label: 'Quit Orrery', click: () => actions.quit() },
  ];
}

const timeOf = (at: number): string => {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date().toDateString();
  return time.toLocaleString('en-GB', isToday ? { timeStyle: 'short' } : { weekday: 'short', hour: '2-digit', minute: '2-digit' });
};

function toolTip({ waiting, paused }: TrayStatus): string {
  const said = [...(paused === true ? ['paused'] : []), ...(waiting === 0 ? [] : [`${waiting} waiting for you`])];
  return said.length === 0 ? 'Orrery' : `Orrery – ${said.join(', ')}`;
}

/** Undefined when the system has no place for it. */
export function createTray(iconFile: string, actions: TrayActions, log: Pick<Log, 'warn'>): AppTray | undefined {
  try {
    const icon = nativeImage.createFromPath(iconFile);
    icon.setTemplateImage(true);
    const tray = new Tray(icon);
    const show: AppTray['show'] = (status) => {
      tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(status, actions)));
      tray.setToolTip(toolTip(status));
    };
    show({ running: 0, waiting: 0 });
    tray.on('click', () => actions.open());
    return { show, destroy: () => tray.destroy() };
  } catch (error) {
    log.warn('There is no tray here', { error: String(error) });
    return undefined;
  }
}
