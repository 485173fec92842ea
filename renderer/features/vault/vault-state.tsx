// Says how the vault is and offers what helps: unlock by keychain, passphrase or recovery key, look again, or protect it.

import { useRef, useState } from 'react';
import type { VaultState as State, VaultStatus } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, ErrorNote, Field, Icon, Input, useFocusStays } from '../../ui/index.ts';
import { NewPassphrase } from './new-passphrase.tsx';

const looks: Record<State, { icon: string; className: string }> = {
  open: { icon: 'lock-open', className: 'text-ok' },
  empty: { icon: 'vault', className: 'text-ink-3' },
  locked: { icon: 'lock', className: 'text-wait' },
  missing: { icon: 'circle-alert', className: 'text-bad' },
  wrong: { icon: 'circle-alert', className: 'text-bad' },
  absent: { icon: 'shield-alert', className: 'text-wait' },
};

function UnlockForm({ onStatus }: { onStatus(status: VaultStatus): void }) {
  const t = useT('vault');
  const [passphrase, setPassphrase] = useState('');
  const task = useTask();
  return (
    <form
      className="flex max-w-[420px] flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => onStatus(await client.vault.unlock({ passphrase })));
      }}
    >
      <Field label={t('passphrase')} error={task.error?.message}>
        <div className="flex gap-2">
          <Input
            type="password"
            autoComplete="off"
            aria-label={t('passphrase')}
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          <Button type="submit" variant="primary" loading={task.isBusy} disabled={passphrase === ''}>
            {t('unlock')}
          </Button>
        </div>
      </Field>
    </form>
  );
}

function RecoveryForm({ onStatus }: { onStatus(status: VaultStatus): void }) {
  const t = useT('vault');
  const [isOpen, setOpen] = useState(false);
  const [key, setKey] = useState('');
  const task = useTask();
  if (!isOpen)
    return (
      <div>
        <Button variant="ghost" icon="key" onClick={() => setOpen(true)}>
          {t('recoveryUse')}
        </Button>
      </div>
    );
  return (
    <form
      className="flex max-w-[480px] flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => onStatus(await client.vault.unlock({ recoveryKey: key })));
      }}
    >
      <Field label={t('recoveryKey')} hint={t('recoveryKeyHint')} error={task.error?.message}>
        <div className="flex gap-2">
          <Input mono autoComplete="off" spellCheck={false} value={key} onChange={(event) => setKey(event.currentTarget.value)} />
          <Button type="submit" variant="primary" loading={task.isBusy} disabled={key.trim() === ''}>
            {t('openWith')}
          </Button>
        </div>
      </Field>
    </form>
  );
}

/** What the host says may begin with the words that already stand above it. */
function withoutTitle(message: string, title: string): string {
  const rest = message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** There is no keychain, and nothing has been protected yet. */
const isNew = ({ state, protection }: VaultStatus): boolean => state === 'absent' && protection === 'none';

function Explanation({ status }: { status: VaultStatus }) {
  const t = useT('vault');
  const { state, message, hint } = status;
  if (state === 'open') return <div className="text-ink-2">{status.openedBy === 'recovery' ? t('afterRecovery') : t('explain.open')}</div>;
  // The title says already how it is locked.
  if (state === 'locked' && status.ways?.passphrase === true && status.protection === 'passphrase')
    return <div className="text-ink-2">{t('explain.lockedPassphrase')}</div>;
  return (
    <>
      <div className="text-ink-2">{withoutTitle(message, t(`state.${state}`)) || t(`explain.${state}`)}</div>
      {/* The way that the hint names is right below. */}
      {isNew(status) ? (
        <div className="text-ink-2">{t('explain.newPassphrase')}</div>
      ) : hint === undefined ? null : (
        <div className="text-ink-2">{hint}</div>
      )}
    </>
  );
}

interface Props {
  status: VaultStatus;
  onStatus(status: VaultStatus): void;
  onKeys(): void;
}

export function VaultStateView({ status, onStatus, onKeys }: Props) {
  const t = useT('vault');
  const task = useTask();
  const box = useRef<HTMLElement>(null);
  useFocusStays(box);
  const { state, protection, ways } = status;
  const look = looks[state];
  const isClosed = state !== 'open' && state !== 'empty';
  const byKeychain = ways?.keychain !== false;
  const lookAgain = (): void => void task.run(async () => onStatus(await client.vault.unlock({})));
  return (
    <section ref={box} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-x-2.5 gap-y-2">
        <Icon name={look.icon} className={cn('mt-0.5 shrink-0', look.className)} />
        <div className="min-w-[min(280px,calc(100%-26px))] flex-1">
          <div className="font-semibold">
            {t(`state.${state}`)}
            <span className="ml-2 font-normal text-ink-3 text-sm">{t(`protection.${protection}`)}</span>
          </div>
          <Explanation status={status} />
        </div>
        {state === 'open' ? (
          <div className="flex gap-2">
            <Button icon="key" onClick={onKeys}>
              {t('keys')}
            </Button>
            <Button icon="lock" loading={task.isBusy} onClick={() => void task.run(async () => onStatus(await client.vault.lock()))}>
              {t('lock')}
            </Button>
          </div>
        ) : null}
      </div>
      {/* Below the words, not below their icon. */}
      <div className="flex flex-col gap-3 pl-[26px] empty:hidden">
        {isClosed && ways?.passphrase === true ? <UnlockForm onStatus={onStatus} /> : null}
        {isNew(status) ? (
          <NewPassphrase
            action={t('setPassphrase')}
            onSave={async (passphrase) => onStatus(await client.vault.setPassphrase({ passphrase }))}
          />
        ) : null}
        {isClosed && byKeychain && !isNew(status) ? (
          <div>
            <Button
              variant={state === 'locked' && ways?.passphrase !== true ? 'primary' : 'default'}
              loading={task.isBusy}
              onClick={lookAgain}
            >
              {state === 'locked' ? t('unlockKeychain') : t('checkAgain')}
            </Button>
          </div>
        ) : null}
        {isClosed && ways?.recoveryMadeAt !== undefined ? <RecoveryForm onStatus={onStatus} /> : null}
        {task.error === undefined ? null : <ErrorNote error={task.error} />}
      </div>
    </section>
  );
}
