// The host-only calls on the desktop: the system's own dialogs, browser, file manager and notifications. A path that comes from
// the page is only where a dialog starts; what is chosen there is the person's own choice.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, dialog, shell } from 'electron';
import { AppError } from '../../shared/errors.ts';
import { listFolder } from '../host/list-folder.ts';
import { isNetworkPath, refuseNetworkPath } from '../host/network-path.ts';
import type { ShellRequests } from '../host/shell-requests.ts';
import { type Terminals, terminalCalls } from '../host/terminals.ts';
import { api } from '../runtime/api/base.ts';
import { isOpenableLink } from './origin.ts';

export interface ShellDeps {
  terminals: Terminals;
  requests: ShellRequests;
  window(): BrowserWindow | undefined;
  /** Told of every path that the person picked in a dialog. */
  chose(path: string): void;
  showMain(route: string | undefined): void;
  hideQuick(): void;
  notify(title: string, body: string): void;
}

export function createShellApi(deps: ShellDeps) {
  const told = (chosen: string | null): string | null => {
    if (chosen !== null) deps.chose(chosen);
    return chosen;
  };
  const open = async (options: Electron.OpenDialogOptions): Promise<string | null> => {
    const window = deps.window();
    const chosen = window === undefined ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
    return told(chosen.canceled ? null : (chosen.filePaths[0] ?? null));
  };
  const save = async (options: Electron.SaveDialogOptions): Promise<string | null> => {
    const window = deps.window();
    const chosen = window === undefined ? await dialog.showSaveDialog(options) : await dialog.showSaveDialog(window, options);
    return told(chosen.canceled || chosen.filePath === '' ? null : chosen.filePath);
  };
  const startAt = (start: string | undefined): { defaultPath?: string } =>
    start === undefined || isNetworkPath(start) ? {} : { defaultPath: start };
  return {
    pickFolder: api.shell.pickFolder.handler(({ input }) =>
      open({ title: input.title, properties: ['openDirectory', 'createDirectory'], ...startAt(input.start) }),
    ),
    pickFile: api.shell.pickFile.handler(({ input }) =>
      input.save
        ? save({ title: input.title, ...startAt(input.start) })
        : open({ title: input.title, properties: ['openFile'], ...startAt(input.start) }),
    ),
    listFolder: api.shell.listFolder.handler(({ input }) => listFolder(input.path)),
    openLink: api.shell.openLink.handler(async ({ input }) => {
      if (!isOpenableLink(input.url))
        throw new AppError('link-refused', 'Only web and mail addresses are opened.', { hint: 'Copy the address instead.', place: 'url' });
      await shell.openExternal(input.url);
    }),
    showInFolder: api.shell.showInFolder.handler(({ input }) => {
      refuseNetworkPath(input.path, 'path');
      if (!path.isAbsolute(input.path) || !existsSync(input.path))
        throw new AppError('file-not-found', `There is no ${input.path}.`, { hint: 'It may have been moved or deleted.', place: 'path' });
      shell.showItemInFolder(path.normalize(input.path));
    }),
    notify: api.shell.notify.handler(({ input }) => deps.notify(input.title, input.body)),
    showMain: api.shell.showMain.handler(({ input }) => deps.showMain(input.route)),
    hideQuick: api.shell.hideQuick.handler(() => deps.hideQuick()),
    watchRequests: api.shell.watchRequests.handler(({ signal }) => deps.requests.watch(signal)),
    ...terminalCalls(deps.terminals),
  };
}
