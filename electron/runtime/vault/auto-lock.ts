// Locks the vault when nobody used it for the time that the settings say. A use by a job counts: what runs is not cut off.

import { counted } from '../../../shared/count.ts';
import type { Clock, Log, Vault } from '../ports.ts';
import type { Audit, SettingsService } from '../services.ts';

const lookEveryMs = 15_000;

export function createAutoLock(deps: {
  vault: Pick<Vault, 'lock' | 'keeper'>;
  settings: Pick<SettingsService, 'get'>;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
  audit: Pick<Audit, 'record'>;
}): { start(): void; close(): void; look(): Promise<boolean>; onAway(why: 'sleep' | 'screen-lock'): Promise<boolean> } {
  const { vault, settings, clock, log, audit } = deps;
  const stop = new AbortController();

  /** Before it is locked: the entry is then among what is anchored in it. */
  async function lock(reason: string): Promise<void> {
    audit.record({
      ...{ kind: 'change', actor: { kind: 'app', name: 'Orrery' }, what: 'vault:lock', outcome: 'done', reason },
      details: { wayBack: 'Open it again.' },
    });
    await vault.lock();
  }

  async function look(): Promise<boolean> {
    const minutes = settings.get().vaultLockMinutes;
    const active = vault.keeper?.lastActiveAt();
    if (minutes === 0 || active === undefined || clock.now() - active < minutes * 60_000) return false;
    await lock(`The vault was locked: nobody used it for ${counted(minutes, 'minute')}, as the settings say.`);
    log.info('The vault was locked: nobody used it', { minutes });
    return true;
  }

  async function follow(): Promise<void> {
    while (!stop.signal.aborted) {
      await clock.sleep(lookEveryMs, stop.signal);
      await look().catch((error: unknown) => log.warn('The vault could not be locked', { error: String(error) }));
    }
  }

  return {
    look,
    start() {
      // Ends by being told to.
      follow().catch(() => undefined);
    },
    close: () => stop.abort(),
    /** The computer goes to sleep or its screen is locked. */
    async onAway(why) {
      if (!settings.get().vaultLockWhenAway || vault.keeper?.lastActiveAt() === undefined) return false;
      await lock(`The vault was locked: ${why === 'sleep' ? 'the computer went to sleep' : 'the screen was locked'}, as the settings say.`);
      log.info('The vault was locked: the person went away', { why });
      return true;
    },
  };
}
