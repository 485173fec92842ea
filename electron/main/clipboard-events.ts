// Text that was newly copied. Electron tells of no change, so the clipboard is read now and then, and only while somebody asks:
// without a job for it nothing is read. The text itself is kept by nobody here.

import { clipboard } from 'electron';
import type { DesktopEvents, Log } from '../runtime/ports.ts';

const lookEveryMs = 700;
/** How password managers mark what nobody is to keep: on macOS, on Windows and under KDE. Such text is not even read. */
const concealed = [
  'org.nspasteboard.ConcealedType',
  'org.nspasteboard.TransientType',
  'com.agilebits.onepassword',
  'ExcludeClipboardContentFromMonitorProcessing',
  'CanIncludeInClipboardHistory',
  'x-kde-passwordManagerHint',
].map((format) => `electron application/osclipboard;format="${format}"`);

export function createClipboardEvents(log: Pick<Log, 'warn'>): DesktopEvents['onClipboard'] {
  const listeners = new Set<(text: string) => void>();
  /** Undefined until it was read once: what was copied before is nothing new. */
  let last: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const look = async (): Promise<void> => {
    // Another program may hold it for longer than the time between two looks.
    if (isLooking) return;
    isLooking = true;
    try {
      if ((await Promise.all(concealed.map((format) => clipboard.has(format)))).includes(true)) {
        last = '';
        return;
      }
      const text = await clipboard.readText();
      const isNew = last !== undefined && text !== last && text !== '';
      last = text;
      if (isNew) for (const listener of [...listeners]) listener(text);
    } catch (error) {
      log.warn('The clipboard could not be read', { error: String(error) });
    } finally {
      isLooking = false;
    }
  };

  return (listener) => {
    listeners.add(listener);
    if (timer === undefined) {
      last = undefined;
      timer = setInterval(() => void look(), lookEveryMs);
      void look();
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}
