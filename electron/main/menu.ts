// The native menu, made from the list of commands. It sends a command's id to the page, which knows when it applies and what
// it does. The page handles the keys itself; here they are only shown, so that nothing happens twice.

import { Menu, type MenuItemConstructorOptions } from 'electron';
import { type CommandId, type CommandSpec, commands } from '../../shared/model/commands.ts';

const all = Object.entries(commands) as [CommandId, CommandSpec][];

export interface PauseSwitch {
  isPaused: boolean;
  set(isPaused: boolean): void;
}

export function menuTemplate(send: (id: CommandId) => void, platform: NodeJS.Platform, pause: PauseSwitch): MenuItemConstructorOptions[] {
  const group = (name: CommandSpec['group']): MenuItemConstructorOptions[] =>
    all
      .filter(([, spec]) => spec.group === name)
      .map(([id, spec]) => ({
        id,
        label: spec.label,
        click: () => send(id),
        // Undo and redo keep their keys for text fields, in the Edit menu.
        ...(spec.keys === undefined || id === 'workflow.undo' || id === 'workflow.redo'
          ? {}
          : { accelerator: spec.keys, registerAccelerator: false }),
      }));
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    { label: 'File', submenu: [...group('Create'), separator, { role: isMac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    { label: 'Go to', submenu: group('Go to') },
    {
      label: 'Workflow',
      submenu: [
        ...group('Workflow'),
        separator,
        { id: 'queue.pause', label: pause.isPaused ? 'Go on' : 'Pause everything', click: () => pause.set(!pause.isPaused) },
      ],
    },
    { label: 'Chat', submenu: group('Chat') },
    {
      label: 'View',
      submenu: [...group('View'), separator, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
  ];
}

export function setMenu(send: (id: CommandId) => void, pause: PauseSwitch): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(send, process.platform, pause)));
}
