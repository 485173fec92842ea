// `npm start`: the desktop app where Electron's binary is there or can be fetched; otherwise one line says why not and the
// headless host starts. `npm start -- --headless` asks for that at once; other arguments go to the host.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ensureBuilt, root } from './built.ts';

const args = process.argv.slice(2);
const wantsHeadless = args.includes('--headless');
const rest = args.filter((arg) => arg !== '--headless');

/** The path of Electron's binary, fetching it once when it is missing; or why there is none. */
async function findElectron(): Promise<{ binary: string } | { reason: string }> {
  if (process.platform === 'linux' && process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined)
    return { reason: 'there is no display here' };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'Electron keeps its sandbox on and does not run as root' };
  const folder = path.join(root, 'node_modules/electron');
  if (!existsSync(folder)) return { reason: 'the electron package is not installed' };
  const known = () => {
    const file = path.join(folder, 'path.txt');
    if (!existsSync(file)) return undefined;
    const binary = path.join(folder, 'dist', readFileSync(file, 'utf8').trim());
    return existsSync(binary) ? binary : undefined;
  };
  const present = known();
  if (present !== undefined) return { binary: present };
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD === '1')
    return { reason: 'its download is switched off (ELECTRON_SKIP_BINARY_DOWNLOAD=1)' };
  const install = createRequire(import.meta.url).resolve('electron/install.js');
  console.error('Fetching Electron once …');
  const code = await new Promise<number>((resolve) => {
    const child = spawn(process.execPath, [install], { stdio: 'ignore', cwd: folder });
    const watchdog = setTimeout(() => child.kill('SIGKILL'), 180_000);
    child.on('exit', (status) => {
      clearTimeout(watchdog);
      resolve(status ?? 1);
    });
    child.on('error', () => resolve(1));
  });
  const fetched = code === 0 ? known() : undefined;
  return fetched === undefined ? { reason: 'its binary is not here and could not be downloaded' } : { binary: fetched };
}

const electron = wantsHeadless ? undefined : await findElectron();
const desktop = electron !== undefined && 'binary' in electron;
ensureBuilt({ only: desktop ? ['out/main', 'out/renderer'] : ['out/node', 'out/renderer'], say: (line) => console.error(line) });
if (electron !== undefined && 'reason' in electron)
  console.error(`The desktop app cannot start: ${electron.reason}. Starting the headless host instead.`);
const child = desktop
  ? spawn(electron.binary, [root, ...rest], { stdio: 'inherit' })
  : spawn(process.execPath, ['--enable-source-maps', path.join(root, 'out/node/cli.js'), 'serve', ...rest], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
