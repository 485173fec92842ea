import { fromWireError } from '../../shared/wire-error.ts';
import { client } from './client.ts';

/** Opens an address outside: by the system where the host can; a host that serves a browser leaves it to that browser. */
export async function openOutside(url: string): Promise<void> {
  try {
    await client.shell.openLink({ url });
  } catch (error) {
    if (fromWireError(error).code !== 'not-on-this-host') throw error;
    window.open(url, '_blank', 'noopener,noreferrer');
  }
}
