// A path that names another machine (`\\server\share`) or a device. Only to look at one makes Windows sign in there with the
// person's name and password hash, so a path from a page is refused before anything touches it.

import { AppError } from '../../shared/errors.ts';

export const isNetworkPath = (path: string): boolean => /^[\\/]{2}/.test(path);

/** Throws `path-on-network`. */
export function refuseNetworkPath(path: string | undefined, place: string): void {
  if (path !== undefined && isNetworkPath(path))
    throw new AppError('path-on-network', 'Folders of other machines are not opened by their address.', {
      hint: 'Connect it as a drive or mount it, then choose it there.',
      place,
    });
}
