import { useState } from 'react';
import { type SecretName, secretName } from '../../../shared/model/ids.ts';
import type { SecretInfo } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, IconButton, Input, toast } from '../../ui/index.ts';

export interface SecretDialogProps {
  /** Missing for a new one. */
  secret: SecretInfo | undefined;
  onClose(): void;
  onSaved(): void;
}

export function SecretDialog({ secret, onClose, onSaved }: SecretDialogProps) {
  const t = useT('vault');
  const [name, setName] = useState<string>(secret?.name ?? '');
  const [value, setValue] = useState('');
  const [note, setNote] = useState(secret?.note ?? '');
  const [isShown, setShown] = useState(false);
  const task = useTask();
  const isGoodName = secretName.safeParse(name).success;
  const save = async (): Promise<void> => {
    const input = { name: name as SecretName, value, note: note.trim() };
    const isSaved = await task.run(() => (secret === undefined ? client.vault.set(input) : client.vault.replace(input)));
    if (!isSaved) return;
    toast({ title: secret === undefined ? t('added', { name }) : t('replaced', { name }), tone: 'ok' });
    onSaved();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={secret === undefined ? t('dialogAdd') : t('dialogReplace', { name: secret.name })}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={task.isBusy} disabled={!isGoodName || value === ''} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      {secret === undefined ? (
        <Field label={t('name')} hint={t('nameHint')} error={name !== '' && !isGoodName ? t('nameBad') : undefined}>
          <Input mono autoComplete="off" spellCheck={false} value={name} onChange={(event) => setName(event.currentTarget.value.trim())} />
        </Field>
      ) : null}
      <Field label={secret === undefined ? t('value') : t('newValue')} hint={t('valueHint')}>
        <div className="flex gap-1">
          <Input
            mono
            aria-label={t('value')}
            type={isShown ? 'text' : 'password'}
            autoComplete="off"
            spellCheck={false}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <IconButton
            label={isShown ? t('hide') : t('show')}
            icon={isShown ? 'eye-off' : 'eye'}
            pressed={isShown}
            onClick={() => setShown(!isShown)}
          />
        </div>
      </Field>
      <Field label={t('note')} hint={t('noteHint')}>
        <Input maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
