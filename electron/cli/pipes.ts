// What happens when whoever reads us leaves early.

import { exitCodes } from './output.ts';

export function toleratePipes(): void {
  // A reader that leaves early (`orrery runs | head`) is not a fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed));
  // Nor is one that hears no progress (`orrery run … 2>&1 | head`): the work goes on.
  process.stderr.on('error', () => undefined);
}
