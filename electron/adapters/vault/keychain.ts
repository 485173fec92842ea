// The operating system's keychain, through keytar: the only file that touches it. keytar answers `null` for a locked keyring
// exactly as for a missing entry, so on Linux the Secret Service itself is asked whether it is locked. keytar is optional:
// without it, or without a keychain, `absent` says why.

import { execFile } from 'node:child_process';

export type KeychainAnswer =
  | { state: 'found'; value: string }
  | { state: 'missing' }
  | { state: 'locked' }
  | { state: 'absent'; reason: string };

export interface Keychain {
  read(account: string): Promise<KeychainAnswer>;
  /** Stores and reads back; throws when the keychain did not keep it. */
  write(account: string, value: string): Promise<void>;
  /** Nothing to do when it is not there. */
  remove(account: string): Promise<void>;
  /** Asks the system to unlock it, which may show the system's own dialog. */
  unlock(): Promise<void>;
}

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>;

const service = 'Orrery';
const secretsBus = 'org.freedesktop.secrets';
const collection = '/org/freedesktop/secrets/aliases/default';

/** Loads the native part with care: it may not have been built. */
async function loadKeytar(): Promise<Keytar | { reason: string }> {
  try {
    const module = (await import('keytar')) as unknown as { default?: Keytar } & Keytar;
    return module.default ?? module;
  } catch (error) {
    const first = String((error as Error).message).split('\n')[0] ?? '';
    return { reason: `the keychain part (keytar) is not installed or cannot be loaded: ${first}` };
  }
}

export const keytarProblem = async (): Promise<string | undefined> => {
  const loaded = await loadKeytar();
  return 'reason' in loaded ? loaded.reason : undefined;
};

function run(command: string, args: string[]): Promise<{ ok: boolean; text: string } | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 4000 }, (error, stdout, stderr) => {
      if (error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') resolve(undefined);
      else resolve({ ok: error === null, text: `${stdout}${stderr}` });
    });
  });
}

/** What the Secret Service says of its default collection; undefined where no tool is there to ask it. */
async function linuxLockState(): Promise<'locked' | 'unlocked' | 'no-service' | undefined> {
  const asked =
    (await run('busctl', [
      '--user',
      '--timeout=3',
      'get-property',
      secretsBus,
      collection,
      'org.freedesktop.Secret.Collection',
      'Locked',
    ])) ??
    (await run('gdbus', [
      'call',
      '--session',
      '--timeout',
      '3',
      '--dest',
      secretsBus,
      '--object-path',
      collection,
      '--method',
      'org.freedesktop.DBus.Properties.Get',
      'org.freedesktop.Secret.Collection',
      'Locked',
    ])) ??
    (await run('dbus-send', [
      '--session',
      '--print-reply',
      '--reply-timeout=3000',
      `--dest=${secretsBus}`,
      collection,
      'org.freedesktop.DBus.Properties.Get',
      'string:org.freedesktop.Secret.Collection',
      'string:Locked',
    ]));
  if (asked === undefined) return undefined;
  if (asked.ok) return /\btrue\b/.test(asked.text) ? 'locked' : 'unlocked';
  return /ServiceUnknown|not provided|No such|UnknownObject|No medium|not connect|autolaunch|connect to bus/i.test(asked.text)
    ? 'no-service'
    : undefined;
}

const within = <T>(ms: number, work: Promise<T>, what: string): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`${what} did not answer within ${ms / 1000} s`)), ms).unref()),
  ]);

export function createKeychain(): Keychain {
  const isLinux = process.platform === 'linux';

  const absentOnLinux = async (): Promise<KeychainAnswer | undefined> => {
    if (!isLinux) return undefined;
    if (process.env.DBUS_SESSION_BUS_ADDRESS === undefined && process.env.XDG_RUNTIME_DIR === undefined)
      return { state: 'absent', reason: 'there is no desktop session here (no D-Bus), so no keychain' };
    return undefined;
  };

  return {
    async read(account) {
      const missing = await absentOnLinux();
      if (missing !== undefined) return missing;
      const keytar = await loadKeytar();
      if ('reason' in keytar) return { state: 'absent', reason: keytar.reason };
      const lock = isLinux ? await linuxLockState() : undefined;
      if (lock === 'locked') return { state: 'locked' };
      if (lock === 'no-service') return { state: 'absent', reason: 'no keychain service (such as GNOME Keyring or KWallet) is running' };
      try {
        const value = await within(10_000, keytar.getPassword(service, account), 'The keychain');
        if (value !== null) return { state: 'found', value };
        // Where nobody could be asked, null is read as locked: the cautious reading never leads to a new key.
        return isLinux && lock === undefined ? { state: 'locked' } : { state: 'missing' };
      } catch (error) {
        const message = String((error as Error).message);
        if (/denied|cancel|interaction|lock/i.test(message)) return { state: 'locked' };
        return { state: 'absent', reason: `the keychain cannot be reached: ${message.split('\n')[0]}` };
      }
    },
    async write(account, value) {
      const keytar = await loadKeytar();
      if ('reason' in keytar) throw new Error(keytar.reason);
      await within(60_000, keytar.setPassword(service, account, value), 'The keychain');
      const kept = await within(10_000, keytar.getPassword(service, account), 'The keychain');
      if (kept !== value) throw new Error('the keychain did not keep the key');
    },
    async remove(account) {
      const keytar = await loadKeytar();
      if ('reason' in keytar) throw new Error(keytar.reason);
      await within(10_000, keytar.deletePassword(service, account), 'The keychain');
    },
    async unlock() {
      if (!isLinux) return;
      await run('gdbus', [
        'call',
        '--session',
        '--timeout',
        '60',
        '--dest',
        secretsBus,
        '--object-path',
        '/org/freedesktop/secrets',
        '--method',
        'org.freedesktop.Secret.Service.Unlock',
        `[objectpath "${collection}"]`,
      ]);
    },
  };
}
