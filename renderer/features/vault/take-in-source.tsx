// Where the file comes from: dropped on the page, or chosen where it lies; and its password where it has one.

import { pickFile } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, DropZone, Field, Input } from '../../ui/index.ts';

/** A file where the host can read it, or one that the page has. */
export type Source = { kind: 'path'; path: string } | { kind: 'dropped'; file: File };

export const nameOf = (source: Source): string => (source.kind === 'path' ? source.path : source.file.name);

interface Props {
  isRestore: boolean;
  source: Source | undefined;
  isBusy: boolean;
  needsPassword: boolean;
  password: string;
  onSource(source: Source): void;
  onPassword(password: string): void;
  onRead(): void;
}

export function TakeInSource({ isRestore, source, isBusy, needsPassword, password, onSource, onPassword, onRead }: Props) {
  const t = useT('vault');
  const choose = async (): Promise<void> => {
    const path = await pickFile({ title: t('importChoose') });
    if (path !== null) onSource({ kind: 'path', path });
  };
  const isChosen = source !== undefined && needsPassword;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '' && !isBusy) onRead();
      }}
    >
      <DropZone
        label={t(isRestore ? 'dropBackup' : 'drop')}
        icon="file-input"
        onFile={(file) => {
          if (!isBusy) onSource({ kind: 'dropped', file });
        }}
      >
        <Button icon="folder-open" variant={isChosen ? 'default' : 'primary'} loading={isBusy && !isChosen} onClick={() => void choose()}>
          {t('importChoose')}
        </Button>
        {source === undefined ? null : (
          <span className="max-w-full truncate font-mono text-ink-2 text-sm" title={nameOf(source)}>
            {nameOf(source)}
          </span>
        )}
      </DropZone>
      {isChosen ? (
        <Field label={isRestore ? t('restorePassphrase') : t('importPassword')}>
          <Input
            type="password"
            autoComplete="off"
            autoFocus
            value={password}
            onChange={(event) => onPassword(event.currentTarget.value)}
          />
        </Field>
      ) : null}
    </form>
  );
}
