// What hosts tell the audit log: connections, programs that were started and ended, who came in. Turns what adapters say into entries;
// pure but for the recording itself.

import type { NewAuditEntry } from '../../shared/model/audit.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { ConnectionRow } from '../adapters/net/connection-row.ts';

/** Codes by which a rule refused a connection: nothing left this machine. */
const refusals: ReadonlySet<string> = new Set([
  'offline',
  'host-not-allowed',
  'address-not-allowed',
  'url-not-allowed',
  'url-invalid',
  'redirect-not-allowed',
  'not-authorized',
]);

const words: Record<string, string> = {
  offline: 'Refused: Orrery is offline.',
  'host-not-allowed': 'Refused: the host is not among those that may be reached.',
  'address-not-allowed': 'Refused: it leads to this machine or a private network.',
  'url-not-allowed': 'Refused: addresses of this form are not opened.',
  'redirect-not-allowed': 'Refused: a redirect to another place.',
  'not-authorized': 'Refused: the program did not know the word for its proxy.',
};

const endings: Record<string, string> = {
  'net-unreachable': 'nothing answered',
  'net-timeout': 'it took too long',
  'net-certificate': 'its certificate could not be trusted',
  'proxy-refused': 'your proxy did not connect to it',
  'response-too-large': 'the answer was too large',
  cancelled: 'it was stopped',
};

/** Rows of tool servers carry their id; the guarded client's say who asked. */
export function connectionEntry(row: ConnectionRow & { server?: string }): NewAuditEntry {
  const { by } = row;
  const server = row.server ?? by?.server;
  const isRefused = row.error !== undefined && row.status === undefined && refusals.has(row.error);
  const details: JsonObject = {
    connection: row.id ?? `${row.at}-${row.host}`,
    host: hostOf(row.host),
    address: row.address,
    port: row.port ?? portOf(row.host),
    localPort: row.localPort ?? 0,
    method: row.method,
    purpose: row.purpose,
    ...(row.status === undefined ? {} : { status: row.status }),
    bytesOut: row.bytesOut ?? 0,
    bytesIn: row.bytesIn ?? row.bytes,
    ms: row.ms,
    isReused: row.isReused ?? false,
    isOpen: row.isOpen ?? false,
    isRefused,
    ...(row.error === undefined ? {} : { error: row.error }),
    ...(server === undefined ? {} : { server }),
  };
  return {
    kind: 'connection',
    actor: row.server !== undefined ? { kind: 'server', id: row.server, name: row.server } : (by?.actor ?? { kind: 'app', name: 'Orrery' }),
    what: row.host,
    outcome: isRefused ? 'denied' : row.error !== undefined ? 'failed' : row.isOpen === true ? 'allowed' : 'done',
    reason: isRefused
      ? (words[row.error ?? ''] ?? `Refused (${row.error}).`)
      : `For ${row.purpose}${row.error === undefined ? '' : `; ${endings[row.error] ?? `it ended with ${row.error}`}`}.`,
    ...(by?.run === undefined ? {} : { run: by.run }),
    ...(by?.step === undefined ? {} : { step: by.step }),
    ...(by?.conversation === undefined ? {} : { conversation: by.conversation }),
    details,
  };
}

const portOf = (host: string): number => {
  const port = /:(\d{1,5})$/.exec(host)?.[1];
  return port === undefined ? 0 : Number(port);
};
const hostOf = (host: string): string => host.replace(/:\d{1,5}$/, '');
