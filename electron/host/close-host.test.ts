// A host closes whole, whatever the disk says: its children are ended and the folder is free again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { headlessShell } from '../headless/shell.ts';
import { openHost } from './open-host.ts';

test('with a disk that refuses the last rows, the folder can be opened again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-close-'));
  try {
    const first = await openHost({ kind: 'headless', dataFolder: folder, quiet: true, ...headlessShell });
    if (!('host' in first)) throw new Error(first.message);
    first.host.runtime.services.ports.store.runs.flush = () => Promise.reject(new AppError('disk-full', 'The disk is full.'));
    await first.host.close();
    expect(
      first.host.runtime.services.ports.tools.servers().filter((server) => server.state === 'ready' && server.kind === 'child'),
    ).toEqual([]);
    const second = await openHost({ kind: 'headless', dataFolder: folder, quiet: true, ...headlessShell });
    if (!('host' in second)) throw new Error(second.message);
    await second.host.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);
