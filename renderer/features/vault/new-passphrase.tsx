import { useState } from 'react';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, ErrorNote, Field, Input } from '../../ui/index.ts';

const shortest = 8;

interface Props {
  action: string;
  /** Asks for the one before, too. */
  hasOld?: boolean;
  /** Of a dialog: as wide as it is. */
  isWide?: boolean;
  onSave(passphrase: string, old: string): Promise<unknown>;
}

/** A passphrase, twice. */
export function NewPassphrase({ action, hasOld = false, isWide = false, onSave }: Props) {
  const t = useT('vault');
  const [old, setOld] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const task = useTask();
  const isShort = passphrase !== '' && passphrase.length < shortest;
  const differs = repeated !== '' && repeated !== passphrase;
  return (
    <form
      className={cn('flex flex-col gap-3', !isWide && 'max-w-[440px]')}
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(() => onSave(passphrase, old));
      }}
    >
      {hasOld ? (
        <Field label={t('oldPassphrase')}>
          <Input type="password" autoComplete="off" value={old} onChange={(event) => setOld(event.currentTarget.value)} />
        </Field>
      ) : null}
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
        <Button
          type="submit"
          variant="primary"
          loading={task.isBusy}
          disabled={passphrase.length < shortest || repeated !== passphrase || (hasOld && old === '')}
        >
          {action}
        </Button>
      </div>
    </form>
  );
}
