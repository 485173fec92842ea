import { expect, test, vi } from 'vitest';
import * as electron from '../../tests/electron-stand-in/electron.ts';
import { createClipboardEvents } from './clipboard-events.ts';
import { createHotkeys } from './hotkeys-events.ts';

vi.mock('electron', () => import('../../tests/electron-stand-in/electron.ts'));

test('a hotkey is held while somebody listens; one that is held already is refused', () => {
  const onHotkey = createHotkeys();
  let presses = 0;
  const release = onHotkey('Control+Alt+J', () => {
    presses += 1;
  });
  electron.globalShortcut.held.get('Control+Alt+J')?.();
  expect(presses).toBe(1);
  expect(() => onHotkey('Control+Alt+J', () => undefined)).toThrow(
    expect.objectContaining({ code: 'hotkey-taken', hint: expect.any(String) }),
  );
  release();
  expect(electron.globalShortcut.held.size).toBe(0);
});

test('the clipboard is read only while somebody listens, and what was there before is not told', async () => {
  const onClipboard = createClipboardEvents({ warn: () => undefined });
  let reads = 0;
  const read = electron.clipboard.readText;
  electron.clipboard.readText = () => {
    reads += 1;
    return read();
  };
  electron.clipboard.text = 'before';
  expect(reads).toBe(0);
  const told: string[] = [];
  const stop = onClipboard((text) => told.push(text));
  await vi.waitFor(() => expect(reads).toBeGreaterThan(0));
  electron.clipboard.text = 'copied';
  await vi.waitFor(() => expect(told).toEqual(['copied']), { timeout: 20_000 });
  // What a password manager copies is marked, and is not read.
  electron.clipboard.formats = ['text/plain', 'x-kde-passwordManagerHint'];
  electron.clipboard.text = 'hunter2';
  const readBefore = reads;
  await new Promise((resolve) => setTimeout(resolve, 1600));
  expect(reads).toBe(readBefore);
  electron.clipboard.formats = ['text/plain'];
  electron.clipboard.text = 'plain again';
  await vi.waitFor(() => expect(told).toEqual(['copied', 'plain again']), { timeout: 20_000 });
  stop();
  electron.clipboard.text = 'later';
  const after = reads;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect([told, reads]).toEqual([['copied', 'plain again'], after]);
});
