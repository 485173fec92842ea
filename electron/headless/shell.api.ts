// The host-only calls where there is no desktop: folders are listed for the page's own picker; what needs a desktop says so.

import { AppError } from '../../shared/errors.ts';
import { listFolder } from '../host/list-folder.ts';
import type { ShellRequests } from '../host/shell-requests.ts';
import { type Terminals, terminalCalls } from '../host/terminals.ts';
import { api } from '../runtime/api/base.ts';

const notHere = (what: string, hint: string): AppError => new AppError('not-on-this-host', `${what} needs the desktop app.`, { hint });

export function createShellApi({ terminals, requests }: { terminals: Terminals; requests: ShellRequests }) {
  return {
    pickFolder: api.shell.pickFolder.handler(() => {
      throw notHere('The system’s folder dialog', 'Choose the folder in the page’s own list.');
    }),
    pickFile: api.shell.pickFile.handler(() => {
      throw notHere('The system’s file dialog', 'Choose the file in the page’s own list.');
    }),
    listFolder: api.shell.listFolder.handler(({ input }) => listFolder(input.path)),
    openLink: api.shell.openLink.handler(() => {
      throw notHere('Opening a link by the host', 'Open it in a new tab of this browser.');
    }),
    showInFolder: api.shell.showInFolder.handler(() => {
      throw notHere('Showing a file in its folder', 'Copy the path instead.');
    }),
    notify: api.shell.notify.handler(() => {
      throw notHere('A system notification', 'The inbox shows what waits.');
    }),
    showMain: api.shell.showMain.handler(({ input }) => {
      if (input.route !== undefined) requests.send({ type: 'route', route: input.route });
    }),
    // There is no quick window to hide: its page is a tab like any other.
    hideQuick: api.shell.hideQuick.handler(() => undefined),
    watchRequests: api.shell.watchRequests.handler(({ signal }) => requests.watch(signal)),
    ...terminalCalls(terminals),
  };
}
