// Opens an address in the person's browser, where they sit before this machine. Never by a shell: the address is others' text.

import { spawn } from 'node:child_process';

type Surroundings = Readonly<Record<string, string | undefined>>;

/** What opens it; undefined where there is no display, or nobody at a terminal to look at it. */
export function browserCommand(
  env: Surroundings = process.env,
  platform: NodeJS.Platform = process.platform,
  isTerminal: boolean = process.stderr.isTTY === true,
): readonly string[] | undefined {
  if (!isTerminal) return undefined;
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  // Whoever comes over the network does not see this machine's screen.
  if (platform === 'darwin') return isRemote(env) ? undefined : ['open'];
  const hasDisplay = [env.DISPLAY, env.WAYLAND_DISPLAY].some((each) => each !== undefined && each !== '');
  return hasDisplay ? ['xdg-open'] : undefined;
}

export const isRemote = (env: Surroundings = process.env): boolean => (env.SSH_CONNECTION ?? env.SSH_CLIENT ?? '') !== '';

/** False where it could not be begun; how the browser goes on is its own. */
export function openAddress(address: string, [program = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
    child.unref();
  });
}
