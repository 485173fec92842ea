// A whole headless host in a process of its own, as `orrery serve` starts it, on a temporary data folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const cliFile = path.join(projectRoot, 'out/node/cli.js');

export interface HeadlessHost {
  /** With the token: what a person opens. */
  address: string;
  origin: string;
  dataFolder: string;
  process: ChildProcess;
  /** Everything it wrote to stderr. */
  stderr(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export const temporaryFolder = (name: string): string => mkdtempSync(path.join(tmpdir(), `orrery-${name}-`));

/** Starts the built host; `dataFolder` is kept so that it can be started again on it. */
export async function startHost(
  options: { dataFolder?: string; env?: Record<string, string>; args?: string[] /** Of a copy of the app. */; cli?: string } = {},
): Promise<HeadlessHost> {
  const dataFolder = options.dataFolder ?? temporaryFolder('data');
  const child = spawn(
    process.execPath,
    [options.cli ?? cliFile, 'serve', '--json', '--port', '0', '--data', dataFolder, ...(options.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    },
  );
  let stderr = '';
  let stdout = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const reach = await new Promise<{ address: string; origin: string }>((resolve, reject) => {
    const watchdog = setTimeout(() => reject(new Error(`The host did not say its address.\n${stderr}`)), 60_000);
    child.once('exit', (code) => reject(new Error(`The host ended with ${code}.\n${stderr}`)));
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      try {
        resolve(JSON.parse(stdout) as { address: string; origin: string });
        clearTimeout(watchdog);
      } catch {
        // not whole yet
      }
    });
  });
  return {
    ...reach,
    dataFolder,
    process: child,
    stderr: () => stderr,
    async kill(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
