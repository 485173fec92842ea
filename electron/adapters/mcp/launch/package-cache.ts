// Packages of tool servers, installed once, pinned to the version they had then, and started from there without a network. A newer
// version comes only when a person asks for it.

import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, cancelled } from '../../../../shared/errors.ts';
import { syncTree } from '../../blobs/sync-tree.ts';
import { givenUp } from './given-up.ts';
import { type InstallOptions, installNpm } from './npm-install.ts';
import { type PackageAsk, packageId } from './package-ask.ts';
import { listPins, type PackagePin, packageFolder, readPin, writePin } from './package-pin.ts';
import type { PackageTools } from './package-tools.ts';
import { installPython } from './python-install.ts';

export interface CachedPackage extends PackagePin {
  /** Full path of the folder that its programs are relative to. */
  root: string;
}

interface Installation {
  work: Promise<CachedPackage>;
  /** Of who began it. */
  signal: AbortSignal | undefined;
}

/** One installation of a package at a time, whoever asks. */
const running = new Map<string, Installation>();

export function findPackage(dataFolder: string, ask: Pick<PackageAsk, 'kind' | 'spec' | 'index' | 'python'>): CachedPackage | undefined {
  const folder = packageFolder(dataFolder, ask);
  const pin = readPin(folder);
  return pin === undefined ? undefined : { ...pin, root: join(folder, pin.folder) };
}

export const listPackages = (dataFolder: string): CachedPackage[] =>
  listPins(dataFolder).map(({ folder, pin }) => ({ ...pin, root: join(folder, pin.folder) }));

/**
 * Installs it also when it is there: the new one takes its place when it is whole. Throws StartError, and AppError `cancelled` when it was
 * given up. Who waits for an installation that somebody else began and gave up begins it anew.
 */
export async function installPackage(
  dataFolder: string,
  ask: PackageAsk,
  tools: PackageTools,
  options: InstallOptions,
): Promise<CachedPackage> {
  const folder = packageFolder(dataFolder, ask);
  for (let now = running.get(folder); now !== undefined; now = running.get(folder)) {
    const found = await unlessLeft(now, ask, options.signal);
    if (found !== undefined) return found;
  }
  givenUp(ask, options.signal);
  const work = install(folder, ask, tools, options).finally(() => running.delete(folder));
  running.set(folder, { work, signal: options.signal });
  return work;
}

/** Undefined when who began it gave it up, and this one did not. */
async function unlessLeft({ work, signal: theirs }: Installation, ask: PackageAsk, signal: AbortSignal | undefined) {
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(cancelled(`Installing “${ask.spec}” was stopped.`));
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } catch (error) {
    if (theirs?.aborted !== true || signal?.aborted === true) throw error;
    return undefined;
  } finally {
    if (leave !== undefined) signal?.removeEventListener('abort', leave);
  }
}

async function install(folder: string, ask: PackageAsk, tools: PackageTools, options: InstallOptions): Promise<CachedPackage> {
  const before = readPin(folder);
  const name = randomUUID().slice(0, 8);
  const root = join(folder, name);
  try {
    const found =
      ask.kind === 'npm'
        ? await installNpm(ask, root, await tools.npm(), options)
        : await installPython(ask, root, await tools.python(), options);
    const pin: PackagePin = {
      id: packageId(ask),
      kind: ask.kind,
      name: ask.name,
      spec: ask.spec,
      folder: name,
      scripts: options.scripts ? 'run' : 'skipped',
      installedAt: Date.now(),
      ...(ask.index === undefined ? {} : { index: ask.index }),
      ...(ask.python === undefined ? {} : { python: ask.python }),
      ...found,
    };
    await syncTree(root, options.signal).catch((error: unknown) => {
      givenUp(ask, options.signal);
      throw error;
    });
    writePin(folder, pin);
    // The one before stays for servers that still run from it; what is older, or was broken off, goes.
    for (const each of readdirSync(folder, { withFileTypes: true }))
      if (each.isDirectory() && each.name !== name && each.name !== before?.folder)
        rmSync(join(folder, each.name), { recursive: true, force: true });
    return { ...pin, root };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

/** The newest version that its spec allows, in place of the pinned one. Throws AppError `package-not-found`, StartError. */
export async function updatePackage(
  dataFolder: string,
  id: string,
  tools: PackageTools,
  options: InstallOptions,
): Promise<{ before: string; after: CachedPackage }> {
  const pinned = listPackages(dataFolder).find((each) => each.id === id);
  if (pinned === undefined)
    throw new AppError('package-not-found', `There is no package “${id}” kept for tool servers.`, {
      hint: 'Start its server once; that installs it.',
    });
  const { kind, name, spec, index, python } = pinned;
  const ask: PackageAsk = {
    kind,
    name,
    spec,
    args: [],
    ...(index === undefined ? {} : { index }),
    ...(python === undefined ? {} : { python }),
  };
  return { before: pinned.version, after: await installPackage(dataFolder, ask, tools, options) };
}

/** The next start installs it anew, at the version that is newest then. */
export function removePackage(dataFolder: string, id: string): void {
  const found = listPins(dataFolder).find(({ pin }) => pin.id === id);
  if (found !== undefined) rmSync(found.folder, { recursive: true, force: true });
}
