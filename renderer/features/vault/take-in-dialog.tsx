// Import and restore: choose a file, see by name what is in it, take what is wanted. The host reads the file; no value comes here.

import { useState } from 'react';
import { secretName } from '../../../shared/model/ids.ts';
import type { IncomingPreview, IncomingSecret } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { pickFile, useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Checkbox, Dialog, ErrorNote, Field, Icon, Input, SegmentedControl, toast } from '../../ui/index.ts';
import { kindIcons } from './secret-row.tsx';

interface Props {
  kind: 'import' | 'restore';
  onClose(): void;
  onDone(): void;
}
type Chosen = Record<number, { take: boolean; name: string }>;

const chosenFrom = (preview: IncomingPreview): Chosen =>
  Object.fromEntries(preview.entries.map((entry) => [entry.index, { take: entry.conflict === 'none', name: entry.name }]));

export function TakeInDialog({ kind, onClose, onDone }: Props) {
  const t = useT('vault');
  const isRestore = kind === 'restore';
  const [file, setFile] = useState<string>();
  const [needsPassword, setNeedsPassword] = useState(isRestore);
  const [password, setPassword] = useState('');
  const [preview, setPreview] = useState<IncomingPreview>();
  const [chosen, setChosen] = useState<Chosen>({});
  const [removeFile, setRemoveFile] = useState(false);
  const [mode, setMode] = useState<'merge' | 'replace'>('merge');
  const task = useTask();
  const isReplace = isRestore && mode === 'replace';
  const taken = preview?.entries.filter((entry) => isReplace || chosen[entry.index]?.take === true) ?? [];
  const badName = taken.some((entry) => !secretName.safeParse(chosen[entry.index]?.name).success);

  const read = (path: string, given: string | undefined): void =>
    void task.run(async () => {
      try {
        const found = isRestore
          ? await client.vault.previewBackup({ file: path, passphrase: given ?? '' })
          : await client.vault.previewImport({ file: path, ...(given === undefined ? {} : { password: given }) });
        setPassword('');
        setPreview(found);
        setChosen(chosenFrom(found));
      } catch (error) {
        if ((error as { data?: { code?: string } }).data?.code !== 'password-needed') throw error;
        setNeedsPassword(true);
      }
    });
  const choose = async (): Promise<void> => {
    const path = await pickFile({ title: t('importChoose') });
    if (path === null) return;
    task.clear();
    setFile(path);
    if (!isRestore) read(path, undefined);
  };
  const close = (): void => {
    if (preview !== undefined) void client.vault.forgetPreview({ id: preview.id }).catch(() => undefined);
    onClose();
  };
  const takeIn = (): void =>
    void task.run(async () => {
      if (preview === undefined) return;
      const result = await client.vault.takeIn({
        id: preview.id,
        take: taken.map((entry) => ({ index: entry.index, name: secretName.parse(chosen[entry.index]?.name), replace: true })),
        removeOthers: isReplace,
        removeFile,
      });
      toast({ title: t('importDone', { added: result.added, replaced: result.replaced }), tone: 'ok' });
      onDone();
    });

  return (
    <Dialog
      open
      onOpenChange={close}
      title={isRestore ? t('restoreTitle') : t('importTitle')}
      description={isRestore ? t('restoreText') : t('importText')}
      footer={
        <>
          <Button variant="ghost" onClick={close}>
            {t('cancel')}
          </Button>
          {preview === undefined ? (
            needsPassword && file !== undefined ? (
              <Button variant="primary" loading={task.isBusy} disabled={password === ''} onClick={() => read(file, password)}>
                {t('importRead')}
              </Button>
            ) : null
          ) : (
            <Button
              variant={isReplace ? 'danger' : 'primary'}
              loading={task.isBusy}
              disabled={taken.length === 0 || badName}
              onClick={takeIn}
            >
              {t('importTake', { count: taken.length })}
            </Button>
          )}
        </>
      }
    >
      {preview === undefined ? (
        <>
          <div className="flex min-w-0 items-center gap-2">
            <Button icon="folder-open" variant={file === undefined ? 'primary' : 'default'} onClick={() => void choose()}>
              {t('importChoose')}
            </Button>
            <span className="min-w-0 flex-1 truncate font-mono text-ink-2 text-sm">{file}</span>
          </div>
          {needsPassword && file !== undefined ? (
            <Field label={isRestore ? t('restorePassphrase') : t('importPassword')}>
              <Input type="password" autoComplete="off" value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
            </Field>
          ) : null}
        </>
      ) : (
        <>
          <div className="text-ink-2">
            {t('importFound', { count: preview.entries.length, format: preview.format })}
            {preview.skipped.length === 0 ? '' : ` · ${t('importSkipped', { count: preview.skipped.length })}`}
          </div>
          {isRestore ? (
            <SegmentedControl
              aria-label={t('restoreTitle')}
              value={mode}
              onChange={(next) => setMode(next as 'merge' | 'replace')}
              items={(['merge', 'replace'] as const).map((value) => ({ value, label: t(`restoreMode.${value}`) }))}
            />
          ) : null}
          {isReplace ? <p className="m-0 text-bad">{t('restoreReplaceText')}</p> : null}
          <ul className="m-0 max-h-72 list-none overflow-y-auto border-line border-y p-0">
            {preview.entries.map((entry) => (
              <IncomingRow
                key={entry.index}
                entry={entry}
                isFixed={isReplace}
                chosen={chosen[entry.index] ?? { take: false, name: entry.name }}
                onChange={(next) => setChosen((now) => ({ ...now, [entry.index]: next }))}
              />
            ))}
            {preview.skipped.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and their order is fixed
              <li key={index} className="flex min-h-8 items-center gap-2 px-1 text-ink-3 text-sm">
                <span className="min-w-0 truncate">{row.title}</span>
                <span className="min-w-0 flex-1 truncate">{row.reason}</span>
              </li>
            ))}
          </ul>
          {isRestore ? null : (
            <Checkbox label={t('importRemove')} hint={t('importRemoveHint')} checked={removeFile} onChange={setRemoveFile} />
          )}
        </>
      )}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}

interface RowProps {
  entry: IncomingSecret;
  isFixed: boolean;
  chosen: { take: boolean; name: string };
  onChange(next: { take: boolean; name: string }): void;
}

function IncomingRow({ entry, isFixed, chosen, onChange }: RowProps) {
  const t = useT('vault');
  const isGood = secretName.safeParse(chosen.name).success;
  return (
    <li className="flex min-h-9 items-center gap-2 border-line border-b px-1 last:border-b-0">
      <Checkbox
        aria-label={entry.title}
        checked={isFixed || chosen.take}
        disabled={isFixed}
        onChange={(take) => onChange({ ...chosen, take })}
      />
      <Icon name={kindIcons[entry.kind]} className="shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1 truncate" title={entry.title}>
        {entry.title}
      </span>
      <Input
        mono
        className="w-44 shrink-0"
        aria-label={t('importName', { title: entry.title })}
        aria-invalid={!isGood}
        disabled={isFixed}
        value={chosen.name}
        onChange={(event) => onChange({ ...chosen, name: event.currentTarget.value.trim() })}
      />
      <span className="w-36 shrink-0 text-right">
        <Badge tone={entry.conflict === 'exists' ? 'wait' : 'neutral'}>{t(`conflict.${entry.conflict}`)}</Badge>
      </span>
    </li>
  );
}
