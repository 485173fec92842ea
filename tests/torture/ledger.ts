// A tool server that writes each call down outside of the host: what really happened, whatever the host says.

import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { ServerId } from '../../shared/model/ids.ts';

/** Throws when it does not start. `file` gets a line for each effect. */
export async function addLedger(client: HostClient, file: string): Promise<void> {
  const config = {
    id: 'ledger' as ServerId,
    title: 'Ledger',
    command: process.execPath,
    args: [path.join(import.meta.dirname, 'ledger-server.fixture.mjs'), file, '3'],
    env: {},
    enabled: true,
    // The witness writes where the torture reads, which a sandbox would keep it from.
    reach: { sandbox: 'off' as const, folders: [], hosts: [], roots: [], samplingTokens: 0 },
  };
  const status = await client.tools.addServer({ config });
  if (status.state !== 'ready') throw new Error(`The ledger did not start: ${status.failure?.message ?? status.state}`);
}
