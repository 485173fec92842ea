import { client } from './client.ts';
import { hasPortBridge } from './page-socket.ts';

/** Opens an address outside: by the system on the desktop; a page of a browser leaves it to its browser, and asks no host for it. */
export async function openOutside(url: string): Promise<void> {
  if (hasPortBridge()) await client.shell.openLink({ url });
  else window.open(url, '_blank', 'noopener,noreferrer');
}
