// Taking entries in from files, and backups. A preview names what is there and keeps the values here, for a while, until the person
// decides; neither the preview nor the result holds one.

import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import {
  type IncomingPreview,
  type IncomingSecret,
  noFacts,
  type SecretFacts,
  type SecretKind,
  type SecretValues,
} from '../../../shared/model/vault.ts';
import type { IncomingFile, VaultKeeper } from '../../runtime/vault-ports.ts';
import type { VaultEntry } from '../sqlite/vault-store.ts';
import { type BackupEntry, openBackup, sealBackup } from './backup-file.ts';
import { factsText, openValues, readFacts } from './entry-seal.ts';
import type { VaultKey } from './envelope.ts';
import { nameFinder } from './import/names.ts';
import { shredFile, writePrivate } from './private-file.ts';
import type { VaultEntries } from './vault-entries.ts';
import type { VaultKeys } from './vault-keys.ts';

interface Incoming {
  title: string;
  name: SecretName;
  kind: SecretKind;
  values: SecretValues;
  note: string;
  facts: SecretFacts;
}
interface Proposal {
  /** None where only its text came. */
  file: string | undefined;
  entries: Incoming[];
  timer: NodeJS.Timeout;
}
const importer = lazy(() => import('./import/foreign.ts'));
const maxBytes = 20_000_000;
const keptMs = 15 * 60_000;

type Transfer = Pick<VaultKeeper, 'previewImport' | 'previewBackup' | 'takeIn' | 'forget' | 'makeBackup'>;

export function createTransfer(keys: VaultKeys, entries: VaultEntries): Transfer {
  const { rows, clock } = keys.deps;
  const proposals = new Map<string, Proposal>();

  const forget = (id: string): void => {
    clearTimeout(proposals.get(id)?.timer);
    proposals.delete(id);
  };

  /** Needs the vault open where it holds something: only then "here already" can be told from "other value". */
  async function propose(
    from: IncomingFile,
    format: string,
    found: Incoming[],
    skipped: IncomingPreview['skipped'],
    madeAt?: number,
  ): Promise<IncomingPreview> {
    const state = await keys.find();
    if ('status' in state && state.status.state !== 'empty') await keys.opened();
    const key = 'key' in state ? state.key : undefined;
    const id = randomBytes(9).toString('base64url');
    const timer = setTimeout(() => proposals.delete(id), keptMs);
    timer.unref();
    proposals.set(id, { file: typeof from === 'string' ? from : undefined, entries: found, timer });
    return {
      id,
      format,
      skipped,
      entries: found.map((each, index) => ({
        index,
        title: each.title,
        name: each.name,
        kind: each.kind,
        fields: fieldsIn(each),
        conflict: conflictOf(each, rows.get(each.name), key),
      })),
      ...(madeAt === undefined ? {} : { madeAt }),
    };
  }

  /** What is worth nothing as an entry is left out before it can fail the whole. */
  function usable(each: Incoming, skipped: IncomingPreview['skipped']): boolean {
    try {
      entries.build({ id: 'trial', bytes: randomBytes(32) }, each, undefined);
      return true;
    } catch (error) {
      skipped.push({ title: each.title, reason: error instanceof AppError ? error.message : 'It cannot be read.' });
      return false;
    }
  }

  return {
    forget,
    async previewImport(from, password) {
      const { readForeign } = await importer();
      const read = await readForeign(textOf(from), password);
      const nameFor = nameFinder();
      const skipped = [...read.skipped];
      const found = read.entries
        .map(
          ({ title, kind, values, note, address }): Incoming => ({
            title,
            name: nameFor(title),
            kind,
            values,
            note,
            facts: { ...noFacts, ...(address === undefined ? {} : { address }) },
          }),
        )
        .filter((each) => usable(each, skipped));
      return propose(from, read.format, found, skipped);
    },
    async previewBackup(from, passphrase) {
      const { entries: kept, madeAt } = await openBackup(textOf(from), passphrase);
      return propose(
        from,
        'Orrery backup',
        kept.map(({ name, kind, note, values, facts }) => ({ title: name, name, kind, note, values, facts })),
        [],
        madeAt,
      );
    },
    async takeIn({ id, take, removeOthers, removeFile }) {
      const proposal = proposals.get(id);
      if (proposal === undefined) throw new AppError('import-gone', 'That file was read too long ago.', { hint: 'Choose it again.' });
      const names = take.map(({ name }) => name.toLowerCase());
      if (new Set(names).size !== names.length)
        throw new AppError('name-twice', 'Two entries would have the same name.', {
          hint: 'Give one of them another name.',
          place: 'name',
        });
      const result = await keys.withNewKey((key) => {
        const removed = removeOthers
          ? rows
              .list()
              .filter((row) => !names.includes(row.name.toLowerCase()))
              .map((row) => row.name)
          : [];
        const counts = { added: 0, replaced: 0, skipped: 0, removed: removed.length };
        const changes: { entry: VaultEntry; before: number }[] = [];
        for (const { index, name, replace } of take) {
          const incoming = proposal.entries[index];
          const before = rows.get(name);
          if (incoming === undefined || (before !== undefined && !replace)) {
            counts.skipped += 1;
            continue;
          }
          changes.push({ entry: entries.build(key, { ...incoming, name }, before), before: before?.version ?? 0 });
          counts[before === undefined ? 'added' : 'replaced'] += 1;
        }
        if (!rows.writeMany(changes, removed))
          throw new AppError('secret-changed-elsewhere', 'The vault was changed by another window just now.', {
            hint: 'Look at it again, then repeat it.',
          });
        return counts;
      });
      forget(id);
      const toRemove = removeFile ? proposal.file : undefined;
      if (toRemove !== undefined) shredFile(toRemove);
      return { ...result, fileRemoved: toRemove !== undefined };
    },
    async makeBackup(file, passphrase) {
      const kept = await keys.use((key) =>
        rows.list().map(
          (row): BackupEntry => ({
            name: row.name,
            kind: row.kind,
            note: row.note,
            values: openValues(key, row),
            facts: readFacts(row).facts,
            createdAt: row.createdAt,
            updatedAt: row.updatedAt,
          }),
        ),
      );
      writePrivate(file, await sealBackup(kept, passphrase, keys.kdf(), clock.now()));
      return { file, entries: kept.length };
    },
  };
}

const fieldsIn = ({ kind, values, facts }: Incoming): IncomingSecret['fields'] =>
  (JSON.parse(factsText(kind, values, facts)) as { fields: IncomingSecret['fields'] }).fields;

function conflictOf(incoming: Incoming, row: VaultEntry | undefined, key: VaultKey | undefined): IncomingSecret['conflict'] {
  if (row === undefined) return 'none';
  if (key === undefined) return 'exists';
  try {
    return row.kind === incoming.kind && digest(openValues(key, row)) === digest(incoming.values) ? 'same' : 'exists';
  } catch {
    return 'exists'; // a damaged entry is another value
  }
}
const digest = (values: SecretValues): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(values).sort()))
    .digest('hex');

const textOf = (from: IncomingFile): string => (typeof from === 'string' ? readWhole(from) : from.text);

function readWhole(file: string): string {
  if (!isAbsolute(file))
    throw new AppError('path-not-absolute', `“${file}” is not a full path.`, { hint: 'Name the file from the root on.', place: 'file' });
  let handle: number;
  try {
    // A named pipe would wait for a writer for ever.
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new AppError('file-not-found', `${file} cannot be opened: ${(error as Error).message}`, {
      hint: 'Choose another file.',
      place: 'file',
      cause: error,
    });
  }
  try {
    const facts = fstatSync(handle);
    if (!facts.isFile() || facts.size > maxBytes)
      throw new AppError('file-not-fit', facts.isFile() ? 'The file is larger than 20 MB.' : 'That is not a file.', {
        hint: 'Choose another file.',
        place: 'file',
      });
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}
