// Secrets go in and never come out: no output here has room for one. A recovery key and a backup go into files that the host
// writes; a copied value goes into the system's clipboard.

import { z } from 'zod';
import { secretName } from '../model/ids.ts';
import { maxImportPart } from '../model/import-report.ts';
import { uploadId } from '../model/server-import.ts';
import {
  generatorOptions,
  incomingPreview,
  incomingResult,
  noFacts,
  secretFacts,
  secretField,
  secretInfo,
  secretKind,
  secretUse,
  secretValues,
  vaultStatus,
} from '../model/vault.ts';
import { call, nothing } from './base.ts';

const value = z.string().min(1).max(65_536);
const passphrase = z.string().min(8, 'must have at least 8 characters').max(1024);
const given = z.string().max(1024);
const path = z.string().min(1).max(4096);
/** A file on this machine, or one that came in parts. */
const fromFile = z.object({ file: path });
const fromUpload = z.object({ upload: uploadId });
const note = z.string().max(500);
/** A value that the host makes: the page does not see it. */
const generate = z.object({ field: z.enum(['value', 'password']), options: generatorOptions });

export const vaultContract = {
  getStatus: call.output(vaultStatus),
  list: call.output(z.array(secretInfo)),
  /** Newest first: who used which entry, where and when. */
  listUses: call
    .input(z.object({ name: secretName.optional(), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.array(secretUse)),
  /** Refused with `secret-exists` when the name is taken. */
  set: call.input(z.object({ name: secretName, value, note: note.default('') })).output(secretInfo),
  replace: call.input(z.object({ name: secretName, value, note: note.optional() })).output(secretInfo),
  /** History keeps it sealed, to be undone; with `forGood` that goes too. */
  remove: call.input(z.object({ name: secretName, forGood: z.boolean().default(false) })).output(nothing),
  /** Any kind. Refused with `secret-exists` when the name is taken. */
  create: call
    .input(
      z.object({
        name: secretName,
        kind: secretKind,
        values: secretValues,
        note: note.default(''),
        facts: secretFacts.default(noFacts),
        generate: generate.optional(),
      }),
    )
    .output(secretInfo),
  /** What is not named stays; an empty value takes that field away. */
  change: call
    .input(
      z.object({
        name: secretName,
        values: secretValues.optional(),
        note: note.optional(),
        facts: secretFacts.optional(),
        generate: generate.optional(),
      }),
    )
    .output(secretInfo),
  /** Into the system's clipboard, on the desktop; `totp` gives the current code. Refused with `not-on-this-host` elsewhere. */
  copy: call.input(z.object({ name: secretName, field: secretField.optional() })).output(z.object({ clearsAfterMs: z.number().int() })),

  /** On an unused vault its protection; on an open one a second way in. */
  setPassphrase: call.input(z.object({ passphrase })).output(vaultStatus),
  changePassphrase: call.input(z.object({ old: given, passphrase })).output(vaultStatus),
  removePassphrase: call.output(vaultStatus),
  addKeychain: call.output(vaultStatus),
  removeKeychain: call.output(vaultStatus),
  unlock: call.input(z.object({ passphrase: given.optional(), recoveryKey: z.string().max(200).optional() })).output(vaultStatus),
  lock: call.output(vaultStatus),
  /** Writes a new recovery key into this file, for printing; an older one is worthless from then on. */
  makeRecovery: call.input(z.object({ file: path })).output(vaultStatus),
  removeRecovery: call.output(vaultStatus),
  /** A new master key for everything. The passphrase, where one is set. The recovery key ends. */
  rotate: call.input(z.object({ passphrase: given.optional() })).output(vaultStatus),

  /** One part of a file that a person dropped on the page, in order from 0. Kept in memory until it is read, some minutes at most. */
  putImportPart: call
    .input(z.object({ upload: uploadId, index: z.number().int().min(0).max(999), text: z.string().max(maxImportPart) }))
    .output(nothing),
  /** Reads an export of a browser or a password manager. Names and conflicts only; the values stay in the host. */
  previewImport: call.input(z.union([fromFile, fromUpload]).and(z.object({ password: given.optional() }))).output(incomingPreview),
  previewBackup: call.input(z.union([fromFile, fromUpload]).and(z.object({ passphrase: given }))).output(incomingPreview),
  takeIn: call
    .input(
      z.object({
        id: z.string().max(60),
        take: z.array(z.object({ index: z.number().int().min(0), name: secretName, replace: z.boolean() })).max(20_000),
        /** Only from a backup: everything that is not in it goes. */
        removeOthers: z.boolean().default(false),
        /** Overwrites and deletes the file that was read; one that was dropped lies where nobody here knows. */
        removeFile: z.boolean().default(false),
      }),
    )
    .output(incomingResult),
  forgetPreview: call.input(z.object({ id: z.string().max(60) })).output(nothing),
  makeBackup: call.input(z.object({ file: path, passphrase })).output(z.object({ file: z.string(), entries: z.number().int() })),
};
