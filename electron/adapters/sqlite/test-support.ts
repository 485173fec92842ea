// For tests of the store only: temporary folders, real small disks, and things to store.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { NewRun } from '../../runtime/ports.ts';
import { type OpenedStore, type OpenStoreOptions, openStore } from './open.ts';

export async function withFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-store-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function withStore<T>(
  work: (opened: OpenedStore, folder: string) => T | Promise<T>,
  options: Partial<OpenStoreOptions> = {},
): Promise<T> {
  return withFolder(async (folder) => {
    const opened = openStore({ folder, ...options });
    try {
      return await work(opened, folder);
    } finally {
      await opened.close();
    }
  });
}

export const newRun = (id: string, more: Partial<NewRun> = {}): NewRun => ({
  id: id as RunId,
  title: `Run ${id}`,
  kind: 'workflow',
  origin: { kind: 'manual', by: 'cli' },
  startedAt: 1000,
  inputs: { folder: '/tmp/a' },
  grant: { tools: [], folders: [] },
  ...more,
});

export const stepDone = (step: string, text = 'x'): RunEvent => ({
  type: 'step-done',
  at: 2000,
  step,
  node: step,
  attempt: 1,
  ms: 1,
  outputs: { out: text },
});

/** What the journal holds, in SQL: a row is one event or a list of them. */
export const countEvents = "select coalesce(sum(iif(event like '[%', json_array_length(event), 1)), 0) as n from journal";

function mount(folder: string, options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
}

/** Why a small disk cannot be mounted here, or undefined. */
export const noMount: string | undefined = (() => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux to mount a disk';
  const folder = mkdtempSync(join(tmpdir(), 'orrery-mount-'));
  try {
    mount(folder, 'size=1m');
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'mounting is not permitted here';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

/** A folder on a disk of its own. */
export async function withDisk<T>(size: string, work: (folder: string, remount: (options: string) => void) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    mount(folder, `size=${size}`);
    try {
      return await work(folder, (options) => void execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'ignore' }));
    } finally {
      execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
    }
  });
}

export const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return 'nothing was thrown';
};
