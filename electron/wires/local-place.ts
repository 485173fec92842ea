// Where a host listens for this person's programs, and how one that holds the data folder is asked to give way. Without the wire itself
// (attach.ts), so that a start need not load that.

import { lstatSync } from 'node:fs';
import { request } from 'node:http';
import { AppError } from '../../shared/errors.ts';

/** With this a host closes connections when it hands its data folder over. */
export const gaveWay = 4001;

/** Asks the host that listens there to hand its data folder over. False: nobody answers, or it does not. Throws `host-not-ours`. */
export function askToGiveWay(socketPath: string, timeoutMs = 1_000): Promise<boolean> {
  checkOwner(socketPath);
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/give-way', method: 'POST', timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 202);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('close', () => resolve(false));
    // It has gone, or is not there yet: whoever asks looks again.
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** In the shared temporary folder another user could have put a socket of that name: what is not ours is not spoken to. */
export function checkOwner(socketPath: string): void {
  // Of the name itself: a link of another user's could be turned elsewhere after the look.
  const owner = process.platform === 'win32' ? undefined : lstatSync(socketPath, { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && owner !== process.getuid?.())
    throw new AppError('host-not-ours', `${socketPath} belongs to another user.`, { hint: 'Use a data folder with a shorter path.' });
}

/** Where a host listens for the command line: beside its data, or a pipe of that name on Windows. */
export function localSocketPath(dataFolder: string, hashOfFolder: string, platform: NodeJS.Platform, temporaryFolder: string): string {
  if (platform === 'win32') return `\\\\.\\pipe\\orrery-${hashOfFolder.slice(0, 32)}`;
  const beside = `${dataFolder}/host.sock`;
  // A socket's path has room for 103 bytes (macOS); a deep data folder gets a short name of its own instead.
  return Buffer.byteLength(beside) <= 100 ? beside : `${temporaryFolder}/orrery-${hashOfFolder.slice(0, 16)}.sock`;
}
