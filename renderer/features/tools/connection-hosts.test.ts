import { expect, it } from 'vitest';
import type { AuditEntry, ConnectionDetails } from '../../../shared/model/audit.ts';
import { hostsOf } from './connection-hosts.ts';

let seq = 0;
function row(details: Partial<ConnectionDetails>): AuditEntry {
  seq += 1;
  const connection = { connection: `c${seq}`, host: 'api.example.com', address: '192.0.2.1', port: 443, localPort: 1, method: 'CONNECT' };
  const rest = { purpose: 'a test', bytesOut: 0, bytesIn: 0, ms: 1, isReused: false, isOpen: false, isRefused: false };
  const actor = { kind: 'server' as const, name: 'Notes' };
  const entry = { seq, at: seq * 1000, kind: 'connection', actor, action: 'connect', outcome: 'done' };
  return { ...entry, details: { ...connection, ...rest, ...details } } as unknown as AuditEntry;
}

it('of a connection that was open for long, its end counts and its beginning does not, in whatever order they came', () => {
  const opened = row({ connection: 'long', isOpen: true, bytesOut: 10, bytesIn: 20 });
  const ended = row({ connection: 'long', bytesOut: 100, bytesIn: 200 });
  for (const entries of [
    [opened, ended],
    [ended, opened],
  ])
    expect(hostsOf(entries)).toEqual([
      { host: 'api.example.com', connections: 1, refused: 0, isOpen: false, bytesOut: 100, bytesIn: 200, lastAt: ended.at },
    ]);
  expect(hostsOf([opened])[0]?.isOpen).toBe(true);
});

it('hosts by who was reached last, with an unusual port in their name; what was refused is no connection', () => {
  const entries = [
    row({ host: 'old.example' }),
    row({ host: 'new.example', port: 8443 }),
    row({ host: 'old.example', isRefused: true, port: 80 }),
  ];
  expect(hostsOf(entries)).toMatchObject([
    { host: 'old.example', connections: 1, refused: 1 },
    { host: 'new.example:8443', connections: 1, refused: 0 },
  ]);
  expect(hostsOf([{ ...row({}), details: { event: 'of another kind' } } as AuditEntry])).toEqual([]);
});
