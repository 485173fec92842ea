// Import and restore: drop or choose a file, see by name what is in it, take what is wanted. The host reads it and names what it found;
// no value comes back here.

import { useState } from 'react';
import { secretName } from '../../../shared/model/ids.ts';
import type { IncomingPreview } from '../../../shared/model/vault.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Checkbox, Dialog, ErrorNote, SegmentedControl, toast } from '../../ui/index.ts';
import { giveFile } from './give-file.ts';
import { type Chosen, chosenFrom, IncomingList } from './incoming-list.tsx';
import { type Source, TakeInSource } from './take-in-source.tsx';

interface Props {
  kind: 'import' | 'restore';
  onClose(): void;
  onDone(): void;
}

export function TakeInDialog({ kind, onClose, onDone }: Props) {
  const t = useT('vault');
  const isRestore = kind === 'restore';
  const [source, setSource] = useState<Source>();
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

  const read = (from: Source, given: string | undefined): void =>
    void task.run(async () => {
      const file = from.kind === 'path' ? { file: from.path } : { upload: await giveFile(from.file) };
      try {
        const found = isRestore
          ? await client.vault.previewBackup({ ...file, passphrase: given ?? '' })
          : await client.vault.previewImport({ ...file, ...(given === undefined ? {} : { password: given }) });
        setPassword('');
        setPreview(found);
        setChosen(chosenFrom(found));
      } catch (error) {
        if ((error as { data?: { code?: string } }).data?.code !== 'password-needed') throw error;
        setNeedsPassword(true);
      }
    });
  const choose = (next: Source): void => {
    task.clear();
    setSource(next);
    setPassword('');
    setNeedsPassword(isRestore);
    if (!isRestore) read(next, undefined);
  };
  const forget = (): void => {
    // It is forgotten by itself after a while.
    if (preview !== undefined) void client.vault.forgetPreview({ id: preview.id }).catch(() => undefined);
  };
  const close = (): void => {
    forget();
    onClose();
  };
  const another = (): void => {
    forget();
    task.clear();
    setPreview(undefined);
    setSource(undefined);
    setRemoveFile(false);
    setNeedsPassword(isRestore);
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
            needsPassword && source !== undefined ? (
              <Button variant="primary" loading={task.isBusy} disabled={password === ''} onClick={() => read(source, password)}>
                {t('importRead')}
              </Button>
            ) : null
          ) : (
            <>
              <Button onClick={another}>{t('importOther')}</Button>
              {preview.entries.length === 0 ? null : (
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
          )}
        </>
      }
    >
      {preview === undefined ? (
        <TakeInSource
          isRestore={isRestore}
          source={source}
          isBusy={task.isBusy}
          needsPassword={needsPassword}
          password={password}
          onSource={choose}
          onPassword={setPassword}
          onRead={() => source !== undefined && read(source, password)}
        />
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
          <IncomingList
            preview={preview}
            isFixed={isReplace}
            chosen={chosen}
            onChange={(index, next) => setChosen((now) => ({ ...now, [index]: next }))}
          />
          {isRestore ? null : source?.kind === 'dropped' ? (
            <p className="m-0 text-ink-2">{t('dropLies')}</p>
          ) : (
            <Checkbox label={t('importRemove')} hint={t('importRemoveHint')} checked={removeFile} onChange={setRemoveFile} />
          )}
        </>
      )}
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
