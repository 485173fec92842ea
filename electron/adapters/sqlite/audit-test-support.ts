// For tests of the audit log only: a store in a folder of its own for each test, entries to put into it, and hands that change its file.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import { auditLine } from '../../../shared/model/audit-line.ts';
import type { AuditStore, AuditWritten } from '../../runtime/audit-ports.ts';
import type { AuditVault } from '../audit/keys.ts';
import { type OpenedStore, type OpenStoreOptions, openStore } from './open.ts';

type Options = Partial<OpenStoreOptions>;
type Given = NewAuditEntry & { at: number };

/** Everything that is sent goes to the log's own thread. */
export const inThread = { threadFrom: 1, idleMs: 60_000 };

const kinds = ['decision', 'call', 'connection', 'change', 'secret', 'process', 'access'] as const;
export const entryOf = (i: number): Given => ({
  at: 1_760_000_000_000 + i * 1000,
  kind: kinds[i % kinds.length] ?? 'call',
  actor: i % 3 === 0 ? { kind: 'person', name: 'You' } : { kind: 'agent', id: `agent-${i % 2}`, name: `Agent ${i % 2}` },
  what: `thing ${i}`,
  outcome: i % 5 === 0 ? 'denied' : 'done',
  reason: `because of ${i} “quotes” and \\ and\nlines\u2028`,
  ...(i % 4 === 0 ? { run: `run-${i}` as never, step: `step-${i}` } : {}),
  ...(i % 6 === 0 ? { conversation: `talk-${i}` as never } : {}),
  ...(i % 2 === 0 ? { details: { server: 'files', n: i, deep: { a: [1, null, 'x'] } } } : {}),
});
const lineOf = ({ at, ...entry }: Given): string => auditLine(entry, at);
export const lines = (count: number, from = 1): string[] => Array.from({ length: count }, (_, i) => lineOf(entryOf(from + i)));
export const numbers = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, i) => first + i);

export interface AuditLab {
  folder: string;
  opened: OpenedStore;
  readonly audit: AuditStore;
  append(entries: readonly Given[]): number;
  /** Ten in a page. */
  fill(count: number, from?: number): void;
  /** Each a page of its own. */
  fillSingly(count: number, from?: number): void;
  send(count: number, from: number): Promise<AuditWritten>;
  verify(): ReturnType<AuditStore['verify']>;
  reopen(between?: () => unknown, options?: Options): Promise<void>;
  /** Runs SQL on a file of the folder. */
  inFile(file: string, sql: string): void;
  /** Opens the log's file as an attacker would: the fences first. */
  tamper(work: (db: Database.Database) => void, fences?: { keepFences: boolean }): Promise<void>;
}

/** Made anew before each test of the file that calls this, and closed and removed after it. */
export function auditLab(options: Options = {}): AuditLab {
  const lab = {} as AuditLab;
  beforeEach(() => {
    lab.folder = mkdtempSync(join(tmpdir(), 'orrery-audit-'));
    lab.opened = openStore({ folder: lab.folder, ...options });
  });
  afterEach(async () => {
    await lab.opened.close();
    rmSync(lab.folder, { recursive: true, force: true });
  });
  const reopen: AuditLab['reopen'] = async (between = () => undefined, given = options) => {
    await lab.opened.close();
    await between();
    lab.opened = openStore({ folder: lab.folder, ...given });
  };
  const append: AuditLab['append'] = (entries) => lab.audit.append(entries.map(lineOf));
  const some = (count: number, from: number) => Array.from({ length: count }, (_, i) => entryOf(from + i));
  Object.defineProperty(lab, 'audit', { get: () => lab.opened.store.audit });
  return Object.assign(lab, {
    reopen,
    append,
    fill(count, from = 1) {
      for (let i = from; i < from + count; i += 10) append(some(Math.min(10, from + count - i), i));
    },
    fillSingly(count, from = 1) {
      for (const each of some(count, from)) append([each]);
    },
    send: (count, from) => new Promise((resolve) => lab.audit.send(lines(count, from), resolve)),
    verify: () => lab.audit.verify(undefined),
    inFile(file, sql) {
      const db = new Database(join(lab.folder, file));
      db.exec(sql);
      db.close();
    },
    tamper: (work, { keepFences } = { keepFences: false }) =>
      reopen(() => {
        const db = new Database(join(lab.folder, 'audit.db'));
        const fences = "select name, sql from sqlite_schema where type = 'trigger' and name like 'audit_%'";
        const triggers = db.prepare<[], { name: string; sql: string }>(fences).all();
        for (const { name } of triggers) db.exec(`drop trigger ${name}`);
        work(db);
        if (!keepFences) for (const { sql } of triggers) db.exec(sql);
        db.close();
      }),
  } satisfies Omit<AuditLab, 'folder' | 'opened' | 'audit'>);
}

/** A vault that is there, holds what it was given, and can be locked. */
export function fakeVault() {
  const kept = new Map<string, string>();
  const state = { isOpen: true };
  const vault: AuditVault = {
    isBegun: () => true,
    getStatus: async () => ({ state: state.isOpen ? 'open' : 'locked', protection: 'keychain', message: '', entryCount: 0 }),
    readOwn: async (name) => kept.get(name),
    writeOwn: async (name, value) => void kept.set(name, value),
  };
  return { vault, kept, state };
}
