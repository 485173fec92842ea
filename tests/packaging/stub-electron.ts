// A folder that looks like an Electron distribution to electron-builder, with a program that has fuses and does nothing.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** `fuses` is how many the program has; all are on, as in a fresh Electron most are not: what was set can be told apart. */
export function writeStubProgram(file: string, fuses: number): void {
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from('\x7fELF'),
      Buffer.alloc(4096),
      Buffer.from(SENTINEL),
      Buffer.from([1, fuses]),
      Buffer.from('01'.repeat(fuses).slice(0, fuses)),
      Buffer.alloc(4096),
    ]),
    { mode: 0o755 },
  );
}

export function writeStubElectron(folder: string, version: string): void {
  for (const made of ['locales', 'resources']) mkdirSync(path.join(folder, made), { recursive: true });
  writeStubProgram(path.join(folder, 'electron'), 9);
  writeFileSync(path.join(folder, 'version'), version);
  for (const name of ['chrome-sandbox', 'chrome_crashpad_handler', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
    writeFileSync(path.join(folder, name), '');
}
