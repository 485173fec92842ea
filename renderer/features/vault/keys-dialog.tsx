// The ways into the vault: keychain, passphrase, recovery key; a new master key; locking by itself.

import { type ReactNode, useState } from 'react';
import type { VaultStatus } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { pickFolder, useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, Input, SectionTitle, Switch, toast } from '../../ui/index.ts';
import { dateOf } from './expiry.tsx';
import { NewPassphrase } from './new-passphrase.tsx';

interface Props {
  status: VaultStatus;
  onStatus(status: VaultStatus): void;
  onClose(): void;
}

function Way({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="flex items-start gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <div className="font-medium">{title}</div>
        <div className="break-words text-ink-2 text-sm">{text}</div>
      </div>
      <div className="flex shrink-0 gap-2">{children}</div>
    </div>
  );
}

/** A file of this name in a folder that the person chooses; none when they think better of it. */
export async function fileIn(title: string, name: string): Promise<string | undefined> {
  const folder = await pickFolder({ title });
  if (folder === null) return undefined;
  const separator = folder.includes('\\') ? '\\' : '/';
  return `${folder.replace(/[/\\]$/, '')}${separator}${name}`;
}
/** With seconds: who makes a second file within a minute chose its folder only, and could not name it otherwise. */
export const stamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

export function KeysDialog({ status, onStatus, onClose }: Props) {
  const t = useT('vault');
  const [form, setForm] = useState<'passphrase' | 'rotate'>();
  const [written, setWritten] = useState<string>();
  const task = useTask();
  const { ways, keyMadeAt } = status;
  const act = (work: () => Promise<VaultStatus>): void => void task.run(async () => onStatus(await work()));
  const done = (next: VaultStatus): void => {
    onStatus(next);
    setForm(undefined);
  };
  const makeRecovery = (): void =>
    void task.run(async () => {
      const file = await fileIn(t('recoveryFolder'), `orrery-recovery-key-${stamp()}.txt`);
      if (file === undefined) return;
      onStatus(await client.vault.makeRecovery({ file }));
      setWritten(file);
    });
  const rotate = (): void => {
    if (ways?.passphrase === true) setForm('rotate');
    else
      act(async () => {
        const next = await client.vault.rotate({});
        toast({ title: t('rotated'), tone: 'ok' });
        return next;
      });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t('keysTitle')}>
      <div className="flex flex-col divide-y divide-line border-line border-y">
        <Way title={t('keychainWay')} text={ways?.keychain === true ? t('keychainOn') : t('keychainOff')}>
          {ways?.keychain === true ? (
            <Button disabled={ways.passphrase !== true} onClick={() => act(() => client.vault.removeKeychain())}>
              {t('wayRemove')}
            </Button>
          ) : (
            <Button onClick={() => act(() => client.vault.addKeychain())}>{t('wayAdd')}</Button>
          )}
        </Way>
        <div>
          <Way title={t('passphraseWay')} text={ways?.passphrase === true ? t('passphraseOn') : t('passphraseOff')}>
            {ways?.passphrase === true && ways.keychain ? (
              <Button variant="ghost" onClick={() => act(() => client.vault.removePassphrase())}>
                {t('wayTake')}
              </Button>
            ) : null}
            <Button onClick={() => setForm(form === 'passphrase' ? undefined : 'passphrase')}>
              {ways?.passphrase === true ? t('wayChange') : t('waySet')}
            </Button>
          </Way>
          {form === 'passphrase' ? (
            <div className="pb-3">
              <NewPassphrase
                action={t('save2')}
                hasOld={ways?.passphrase === true && status.openedBy !== 'recovery'}
                onSave={async (passphrase, old) =>
                  done(
                    ways?.passphrase === true && status.openedBy !== 'recovery'
                      ? await client.vault.changePassphrase({ old, passphrase })
                      : await client.vault.setPassphrase({ passphrase }),
                  )
                }
              />
            </div>
          ) : null}
        </div>
        <Way
          title={t('recoveryWay')}
          text={
            written !== undefined
              ? t('recoveryWrote', { file: written })
              : ways?.recoveryMadeAt === undefined
                ? t('recoveryOff')
                : t('recoveryOn', { date: dateOf(ways.recoveryMadeAt) })
          }
        >
          {ways?.recoveryMadeAt === undefined ? null : (
            <Button variant="ghost" onClick={() => act(() => client.vault.removeRecovery())}>
              {t('wayTake')}
            </Button>
          )}
          <Button onClick={makeRecovery}>{ways?.recoveryMadeAt === undefined ? t('recoveryMake') : t('recoveryNew')}</Button>
        </Way>
        <div>
          <Way title={t('masterWay')} text={t('masterOn', { date: dateOf(keyMadeAt ?? Date.now()) })}>
            <Button icon="rotate-cw" loading={task.isBusy && form === undefined} onClick={rotate}>
              {t('rotate')}
            </Button>
          </Way>
          {form === 'rotate' ? <RotateForm onDone={done} /> : null}
        </div>
      </div>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
      <AutoLock />
    </Dialog>
  );
}

function RotateForm({ onDone }: { onDone(status: VaultStatus): void }) {
  const t = useT('vault');
  const [passphrase, setPassphrase] = useState('');
  const task = useTask();
  return (
    <form
      className="flex max-w-[420px] flex-col gap-2 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(async () => {
          onDone(await client.vault.rotate({ passphrase }));
          toast({ title: t('rotated'), tone: 'ok' });
        });
      }}
    >
      <Field label={t('passphrase')} error={task.error?.message}>
        <div className="flex gap-2">
          <Input type="password" autoComplete="off" value={passphrase} onChange={(event) => setPassphrase(event.currentTarget.value)} />
          <Button type="submit" variant="primary" loading={task.isBusy} disabled={passphrase === ''}>
            {t('rotate')}
          </Button>
        </div>
      </Field>
    </form>
  );
}

function AutoLock() {
  const t = useT('vault');
  const settings = useCall((signal) => client.settings.get(undefined, { signal }), []);
  const task = useTask();
  const [typed, setTyped] = useState<string>();
  if (settings.data === undefined) return settings.error === undefined ? null : <ErrorNote error={settings.error} />;
  const change = (patch: Parameters<typeof client.settings.change>[0]): void =>
    void task.run(async () => settings.setData(await client.settings.change(patch)));
  const keep = (): void => {
    const minutes = Number(typed);
    if (typed !== undefined && Number.isInteger(minutes) && minutes >= 0 && minutes <= 1440) change({ vaultLockMinutes: minutes });
    setTyped(undefined);
  };
  return (
    <div className="flex flex-col gap-3">
      <SectionTitle>{t('autoLock')}</SectionTitle>
      <Field label={t('autoLockMinutes')} hint={t('autoLockHint')} inline>
        <Input
          type="number"
          min={0}
          max={1440}
          className="w-24"
          value={typed ?? String(settings.data.vaultLockMinutes)}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={keep}
        />
      </Field>
      <Field label={t('autoLockAway')} hint={t('autoLockAwayHint')} inline>
        <Switch checked={settings.data.vaultLockWhenAway} onChange={(vaultLockWhenAway) => change({ vaultLockWhenAway })} />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </div>
  );
}
