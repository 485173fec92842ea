import { client, useStream } from '../api/index.ts';
import { navigate } from './navigate.ts';
import { isCommand, runCommand } from './run-command.ts';

/** Follows what the tray, the native menu and the quick window ask of this window. */
export function useHostRequests(): void {
  useStream(
    (signal) => client.shell.watchRequests(undefined, { signal }),
    (request) => {
      if (request.type === 'route') {
        if (request.route.startsWith('/')) navigate(request.route);
      } else if (isCommand(request.id)) runCommand(request.id);
    },
    [],
  );
}
