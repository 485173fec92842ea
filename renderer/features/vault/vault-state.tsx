// Says how the vault is and offers what helps: unlock, look again, or protect it by a passphrase.

import { useState } from 'react';
import type { VaultState as State, VaultStatus } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, ErrorNote, Field, Icon, Input } from '../../ui/index.ts';

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

function PassphraseForm({ onStatus }: { onStatus(status: VaultStatus): void }) {
  const t = useT('vault');
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const task = useTask();
  const isShort = passphrase !== '' && passphrase.length < 8;
  const differs = repeated !== '' && repeated !== passphrase;
  return (
    <form
      className="flex max-w-[420px] flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => onStatus(await client.vault.setPassphrase({ passphrase })));
      }}
    >
      <Field label={t('newPassphrase')} hint={t('passphraseHint')} error={isShort ? t('tooShort') : undefined}>
        <Input
          type="password"
          autoComplete="new-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
      </Field>
      <Field label={t('repeat')} error={differs ? t('notSame') : undefined}>
        <Input type="password" autoComplete="new-password" value={repeated} onChange={(event) => setRepeated(event.currentTarget.value)} />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
      <div>
        <Button type="submit" variant="primary" loading={task.isBusy} disabled={passphrase.length < 8 || repeated !== passphrase}>
          {t('setPassphrase')}
        </Button>
      </div>
    </form>
  );
}

/** What the host says may begin with the words that already stand above it. */
function withoutTitle(message: string, title: string): string {
  const rest = message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

export function VaultStateView({ status, onStatus }: { status: VaultStatus; onStatus(status: VaultStatus): void }) {
  const t = useT('vault');
  const task = useTask();
  const { state, protection } = status;
  const look = looks[state];
  const isByPassphrase = protection === 'passphrase';
  const lookAgain = (): void => void task.run(async () => onStatus(await client.vault.unlock({})));
  return (
    <section className="flex flex-col gap-3">
      <div className="flex items-start gap-2.5">
        <Icon name={look.icon} className={cn('mt-0.5 shrink-0', look.className)} />
        <div className="min-w-0 flex-1">
          <div className="font-semibold">
            {t(`state.${state}`)}
            <span className="ml-2 font-normal text-ink-3 text-sm">{t(`protection.${protection}`)}</span>
          </div>
          <div className="text-ink-2">
            {state === 'open' ? t('explain.open') : withoutTitle(status.message, t(`state.${state}`)) || t(`explain.${state}`)}
          </div>
          {state === 'open' || status.hint === undefined ? null : <div className="text-ink-2">{status.hint}</div>}
        </div>
        {state === 'open' && isByPassphrase ? (
          <Button icon="lock" loading={task.isBusy} onClick={() => void task.run(async () => onStatus(await client.vault.lock()))}>
            {t('lock')}
          </Button>
        ) : null}
      </div>
      {state === 'locked' && isByPassphrase ? <UnlockForm onStatus={onStatus} /> : null}
      {state === 'absent' ? <PassphraseForm onStatus={onStatus} /> : null}
      {(state === 'locked' && !isByPassphrase) || state === 'missing' || state === 'wrong' ? (
        <div>
          <Button variant={state === 'locked' ? 'primary' : 'default'} loading={task.isBusy} onClick={lookAgain}>
            {state === 'locked' ? t('unlockKeychain') : t('checkAgain')}
          </Button>
        </div>
      ) : null}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </section>
  );
}
