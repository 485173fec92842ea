// Where the main window was, kept in the data folder. A place that no screen shows any more is not used.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BrowserWindow, type Rectangle, screen } from 'electron';
import { z } from 'zod';

const whole = z.number().int().min(-100_000).max(100_000);
const windowState = z.object({
  x: whole.optional(),
  y: whole.optional(),
  width: whole.min(640),
  height: whole.min(480),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

const usual: WindowState = { width: 1360, height: 880, maximized: false };
/** So much of the window must be on a screen for the person to take hold of it. */
const VISIBLE = 120;

const fileIn = (dataFolder: string): string => path.join(dataFolder, 'window.json');

export function readWindowState(dataFolder: string): WindowState {
  let kept: WindowState;
  try {
    kept = windowState.parse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')));
  } catch {
    // The first start, or a file that was damaged: the usual place is as good as any.
    return usual;
  }
  const isSeen = screen.getAllDisplays().some((display) => overlaps(kept, display.workArea));
  return isSeen ? kept : { width: kept.width, height: kept.height, maximized: kept.maximized };
}

function overlaps({ x, y, width, height }: WindowState, area: Rectangle): boolean {
  if (x === undefined || y === undefined) return false;
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const down = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
  // The title bar must be reachable as well.
  return across >= VISIBLE && down >= VISIBLE && y >= area.y - 8;
}

/** Written a moment after the last change, and when the window closes. */
export function keepWindowState(window: BrowserWindow, dataFolder: string): void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(timer);
    if (window.isDestroyed() || window.isMinimized()) return;
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    const temporary = `${fileIn(dataFolder)}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
      renameSync(temporary, fileIn(dataFolder));
    } catch {
      // A full disk has its own banner; where the window stood is not worth a second one.
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(write, 400);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('close', write);
}
