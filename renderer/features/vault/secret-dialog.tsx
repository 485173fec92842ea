// A new entry of any kind, or new values for one. Values go to the host and are forgotten here when the dialog closes.

import { useState } from 'react';
import { type SecretName, secretName } from '../../../shared/model/ids.ts';
import {
  fieldsOf,
  type GeneratorOptions,
  mainField,
  noFacts,
  type SecretFacts,
  type SecretInfo,
  type SecretKind,
  type SecretValues,
} from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, Input, SegmentedControl, toast } from '../../ui/index.ts';
import { ExpiryField } from './expiry.tsx';
import { ValueFields } from './value-fields.tsx';

export interface SecretDialogProps {
  /** Missing for a new one. */
  secret: SecretInfo | undefined;
  onClose(): void;
  onSaved(secret: SecretInfo): void;
}

export function SecretDialog({ secret, onClose, onSaved }: SecretDialogProps) {
  const t = useT('vault');
  const [kind, setKind] = useState<SecretKind>(secret?.kind ?? 'token');
  const [name, setName] = useState<string>(secret?.name ?? '');
  const [values, setValues] = useState<SecretValues>({});
  const [generated, setGenerated] = useState<GeneratorOptions>();
  const [note, setNote] = useState(secret?.note ?? '');
  const [facts, setFacts] = useState<SecretFacts>(secret?.facts ?? noFacts);
  const task = useTask();
  const isGoodName = secretName.safeParse(name).success;
  const main = mainField(kind);
  const hasValue = generated !== undefined || fieldsOf[kind].some((field) => field !== 'address' && (values[field] ?? '') !== '');
  // A login may have no password yet; what else was typed is enough.
  const canSave = isGoodName && (hasValue || (secret !== undefined && (note !== secret.note || facts !== secret.facts)));
  const save = async (): Promise<void> => {
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as SecretValues;
    const common = {
      name: name as SecretName,
      note: note.trim(),
      facts,
      ...(generated === undefined
        ? {}
        : { generate: { field: main === 'password' ? ('password' as const) : ('value' as const), options: generated } }),
    };
    let saved: SecretInfo | undefined;
    const isSaved = await task.run(async () => {
      saved =
        secret === undefined
          ? await client.vault.create({ ...common, kind, values: filled })
          : await client.vault.change({ ...common, ...(hasValue ? { values: filled } : {}) });
    });
    if (!isSaved || saved === undefined) return;
    setValues({});
    toast({ title: secret === undefined ? t('added', { name }) : t('replaced', { name }), tone: 'ok' });
    onSaved(saved);
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
          <Button variant="primary" loading={task.isBusy} disabled={!canSave} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      {secret === undefined ? (
        <>
          <SegmentedControl
            aria-label={t('kind')}
            value={kind}
            onChange={(next) => {
              setKind(next);
              setValues({});
              setGenerated(undefined);
            }}
            items={(['token', 'login', 'key-file', 'note'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
          />
          <Field label={t('name')} hint={t('nameHint')} error={name !== '' && !isGoodName ? t('nameBad') : undefined}>
            <Input
              mono
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={(event) => setName(event.currentTarget.value.trim())}
            />
          </Field>
        </>
      ) : null}
      <ValueFields
        kind={kind}
        isNew={secret === undefined}
        values={values}
        facts={facts}
        generated={generated}
        onValues={setValues}
        onFacts={setFacts}
        onGenerated={setGenerated}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('note')} hint={t('noteHint')}>
          <Input maxLength={500} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
        </Field>
        <ExpiryField facts={facts} onChange={setFacts} />
      </div>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
