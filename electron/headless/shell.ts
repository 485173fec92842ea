// What a host without a desktop can do beyond the contract's core; the headless host and the command line share it.

import type { BuildOptions } from '../host/build-host.ts';
import { ShellRequests } from '../host/shell-requests.ts';
import { createShellApi } from './shell.api.ts';

export const headlessShell: Pick<BuildOptions, 'shell' | 'can'> = {
  shell: ({ terminals }) => createShellApi({ terminals, requests: new ShellRequests() }),
  can: { pickFolder: false, showInFolder: false, notify: false },
};
