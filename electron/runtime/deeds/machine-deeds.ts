// Models, tool servers, the vault and what only a host can do: what a person does with them.

import type { Store } from '../ports.ts';
import { type DeedsOf, passing, read, recorded, stored } from './deed.ts';

const serverName = ({ id }: { id: string }, store: Store): string | undefined => store.servers.list().find((each) => each.id === id)?.title;
const ofServer = ({ id }: { id: string }) => ({ what: `server:${id}`, details: { server: id } });

export const modelDeeds: DeedsOf<'models'> = {
  listProviders: read,
  testProvider: recorded('the ledger: each connection'),
  saveProvider: stored,
  removeProvider: stored,
  pull: {
    is: 'told',
    about: ({ provider, model }) => ({ what: `model:${model}`, details: { provider } }),
    words: (_name, { model }) => `You began to download the model ${model.trim()}.`,
    wayBack: 'Remove the model in Settings → Models.',
  },
  removeModel: {
    is: 'told',
    about: ({ provider, model }) => ({ what: `model:${model}`, details: { provider } }),
    words: (_name, { model }) => `You removed the model ${model}.`,
    wayBack: 'It can be downloaded again; it is not kept.',
  },
};

export const toolDeeds: DeedsOf<'tools'> = {
  listServers: read,
  watchServers: read,
  listTools: read,
  addServer: stored,
  updateServer: stored,
  removeServer: stored,
  startServer: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You started the tool server ${name}.`,
    wayBack: 'Its page stops it.',
  },
  stopServer: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You stopped the tool server ${name}.`,
    wayBack: 'Its page starts it again.',
  },
  call: recorded('tools/belt.ts: the call, and why it was allowed'),
  watchCall: read,
  listResources: read,
  readResource: recorded('tools/server-reads.ts: what was read, and of which server'),
  watchResource: recorded('tools/server-reads.ts: that it is followed'),
  listPrompts: read,
  getPrompt: recorded('tools/server-reads.ts: which prompt, and of which server'),
  complete: read,
  watchLogs: read,
  setLogLevel: passing('How much a server says of itself, until it ends.'),
  acceptChanges: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You accepted the changed tools of ${name}: they are called without asking for that any more.`,
    wayBack: 'What was accepted is not asked about again. A grant can forbid a tool.',
  },
  releaseServer: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You let ${name} start again, which had been set aside for breaking a rule.`,
    wayBack: 'Its page stops it and keeps it from starting. It is set aside again when it breaks a rule.',
  },
  signIn: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You began to sign in at ${name}.`,
    wayBack: 'Sign out on its page.',
  },
  stopSignIn: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You gave up a sign-in at ${name}.`,
    wayBack: 'Sign in again on its page.',
  },
  signOut: {
    is: 'told',
    nameOf: serverName,
    about: ofServer,
    words: (name) => `You signed out of ${name}.`,
    wayBack: 'Sign in again on its page: what was taken away is not kept.',
  },
};

export const serverDeeds: DeedsOf<'servers'> = {
  listFound: read,
  catalogue: read,
  preview: read,
  putBundle: passing('A file on its way: nothing of it is used before a preview, and it is gone after an hour.'),
  apply: stored,
  watchNode: read,
  fetchNode: {
    is: 'told',
    about: ({ version }) => ({ what: `node:${version}` }),
    words: (_name, { version }) => `You had Node ${version} fetched for tool servers.`,
    wayBack: 'Remove it in Settings → Tool servers.',
  },
  stopNode: {
    is: 'told',
    about: () => ({ what: 'node:fetch' }),
    words: () => 'You stopped the fetching of Node.',
    wayBack: 'Fetch it again: nothing of it was kept.',
  },
  removeNode: {
    is: 'told',
    about: ({ version }) => ({ what: `node:${version}` }),
    words: (_name, { version }) => `You removed Node ${version}, which was kept for tool servers.`,
    wayBack: 'It can be fetched again; it is not kept.',
  },
  checkPackage: recorded('the ledger: each connection'),
  updatePackage: stored,
};

const vault = (part: string) => () => ({ what: `vault:${part}` });
const wayIn = 'A way into the vault is given and taken on the Vault page, under Key; the one before is not kept.';

export const vaultDeeds: DeedsOf<'vault'> = {
  getStatus: read,
  list: read,
  listUses: read,
  set: stored,
  replace: stored,
  remove: stored,
  create: stored,
  change: stored,
  copy: recorded('vault/record-uses.ts: each use of a secret'),
  setPassphrase: { is: 'told', about: vault('passphrase'), words: () => 'You gave the vault a passphrase.', wayBack: wayIn },
  changePassphrase: { is: 'told', about: vault('passphrase'), words: () => 'You changed the vault’s passphrase.', wayBack: wayIn },
  removePassphrase: { is: 'told', about: vault('passphrase'), words: () => 'You took the vault’s passphrase away.', wayBack: wayIn },
  addKeychain: { is: 'told', about: vault('keychain'), words: () => 'You let the system’s keychain open the vault.', wayBack: wayIn },
  removeKeychain: {
    is: 'told',
    about: vault('keychain'),
    words: () => 'You took the vault’s key out of the system’s keychain.',
    wayBack: wayIn,
  },
  unlock: {
    is: 'told',
    about: ({ passphrase, recoveryKey }) => ({
      what: 'vault:unlock',
      details: { with: recoveryKey !== undefined ? 'recovery key' : passphrase !== undefined ? 'passphrase' : 'keychain' },
    }),
    words: (_name, _input, { state, message }) =>
      state === 'open' || state === 'empty' ? 'You opened the vault.' : `You asked to open the vault, which stayed closed: ${message}`,
    wayBack: 'Lock it. It locks by itself as the settings say.',
  },
  lock: { is: 'told', about: vault('lock'), words: () => 'You locked the vault.', wayBack: 'Open it again.' },
  makeRecovery: {
    is: 'told',
    about: ({ file }) => ({ what: 'vault:recovery', details: { path: file } }),
    words: () => 'You had a new recovery key written into a file. One from before opens nothing any more.',
    wayBack: 'Take the recovery key away, or make another: the file is then worthless.',
  },
  removeRecovery: { is: 'told', about: vault('recovery'), words: () => 'You took the recovery key away.', wayBack: wayIn },
  rotate: {
    is: 'told',
    about: vault('key'),
    words: () => 'You gave the vault a new master key: every entry was sealed anew, and the recovery key ended.',
    wayBack: 'It cannot be undone. What History kept of secrets under the key before can no longer be put back.',
  },
  putImportPart: passing('A file on its way: nothing of it is stored before it is looked at and taken in.'),
  previewImport: read,
  previewBackup: read,
  takeIn: stored,
  forgetPreview: passing('What was read is forgotten; nothing of it had been stored.'),
  makeBackup: {
    is: 'told',
    about: ({ file }) => ({ what: 'vault:backup', details: { path: file } }),
    words: (_name, _input, { entries }) => `You had a backup of the vault written, sealed by a passphrase, with ${entries} entries in it.`,
    wayBack: 'Delete the file. Who has it and its passphrase has the secrets.',
  },
};

export const shellDeeds: DeedsOf<'shell'> = {
  pickFolder: read,
  pickFile: read,
  listFolder: read,
  openLink: {
    is: 'told',
    about: ({ url }) => ({ what: `link:${hostIn(url)}` }),
    words: (_name, { url }) => `You had your browser open an address of ${hostIn(url)}.`,
    wayBack: 'What a browser sent cannot be taken back.',
  },
  showInFolder: passing('The system’s file manager shows a file.'),
  notify: passing('A notice is shown.'),
  showMain: passing('A window is shown.'),
  hideQuick: passing('A window is hidden.'),
  watchRequests: read,
  openTerminal: {
    is: 'told',
    kind: 'process',
    about: ({ cwd }) => ({ what: 'terminal', details: { event: 'start', ...(cwd === undefined ? {} : { path: cwd }) } }),
    words: () => 'You opened a terminal.',
    wayBack: 'What is done in a terminal is neither seen nor kept, so it cannot be undone here.',
  },
  watchTerminal: read,
  writeTerminal: passing('What is typed is the person’s own; the entry is that of opening the terminal.'),
  resizeTerminal: passing('The size of a window.'),
  closeTerminal: passing('The terminal ends; what it was is told when it is opened.'),
};

/** Of an address of mail there is none. */
function hostIn(url: string): string {
  try {
    return new URL(url).host || 'mail';
  } catch {
    // The schema has refused it already; the entry says that it was tried.
    return 'nowhere';
  }
}
