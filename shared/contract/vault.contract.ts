// Secrets go in and never come out: no output here has room for one.

import { z } from 'zod';
import { secretName } from '../model/ids.ts';
import { secretInfo, vaultStatus } from '../model/vault.ts';
import { call, nothing } from './base.ts';

const value = z.string().min(1).max(65_536);
const passphrase = z.string().min(8, 'must have at least 8 characters').max(1024);

export const vaultContract = {
  getStatus: call.output(vaultStatus),
  list: call.output(z.array(secretInfo)),
  /** Refused with `secret-exists` when the name is taken. */
  set: call.input(z.object({ name: secretName, value, note: z.string().max(500).default('') })).output(secretInfo),
  replace: call.input(z.object({ name: secretName, value, note: z.string().max(500).optional() })).output(secretInfo),
  remove: call.input(z.object({ name: secretName })).output(nothing),
  /** First use without a keychain: protects the empty vault by a passphrase. Refused while entries exist. */
  setPassphrase: call.input(z.object({ passphrase })).output(vaultStatus),
  unlock: call.input(z.object({ passphrase: z.string().max(1024).optional() })).output(vaultStatus),
  lock: call.output(vaultStatus),
};
