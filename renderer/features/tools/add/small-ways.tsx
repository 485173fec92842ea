// The ways that take one thing: the name of a package, or a bundle's file.

import { type ReactNode, useState } from 'react';
import { pickFile, useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, DropZone, ErrorNote, Field, Input } from '../../../ui/index.ts';
import { giveBundle } from './give-bundle.ts';
import type { WayProps } from './way.ts';

export function PackageWay({ isBusy, onLook }: WayProps): ReactNode {
  const t = useT('tools');
  const [name, setName] = useState('');
  return (
    <form
      className="flex max-w-[560px] flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onLook({ kind: 'npm', name: name.trim() });
      }}
    >
      <Field label={t('new.package.label')} hint={t('new.package.hint')}>
        <Input mono spellCheck={false} placeholder="@scope/name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <div>
        <Button type="submit" variant="primary" loading={isBusy} disabled={name.trim() === ''}>
          {t('new.package.look')}
        </Button>
      </div>
    </form>
  );
}

export function BundleWay({ isBusy, onLook }: WayProps): ReactNode {
  const t = useT('tools');
  const [name, setName] = useState<string>();
  const giving = useTask();
  const choose = async (): Promise<void> => {
    giving.clear();
    const chosen = await pickFile({ title: t('new.bundle.chooseTitle') });
    if (chosen === null) return;
    setName(chosen);
    onLook({ kind: 'bundle', path: chosen });
  };
  const give = (file: File): void =>
    void giving.run(async () => {
      setName(file.name);
      onLook({ kind: 'upload', upload: await giveBundle(file), name: file.name });
    });
  const isWorking = isBusy || giving.isBusy;
  return (
    <div className="flex max-w-[560px] flex-col gap-3">
      <p className="m-0 text-ink-2">{t('new.bundle.text')}</p>
      <DropZone
        label={t('new.bundle.drop')}
        icon="package"
        onFile={(file) => {
          if (!isWorking) give(file);
        }}
      >
        <Button variant="primary" icon="folder-open" loading={isWorking} onClick={() => void choose()}>
          {t('new.bundle.choose')}
        </Button>
        {name === undefined ? null : (
          <span className="max-w-full truncate font-mono text-ink-2 text-sm" title={name}>
            {isWorking ? t('new.bundle.reading', { name }) : name}
          </span>
        )}
      </DropZone>
      {giving.error === undefined ? null : <ErrorNote error={giving.error.toJSON()} />}
    </div>
  );
}
