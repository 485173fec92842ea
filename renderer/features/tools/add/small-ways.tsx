// The ways that take one thing: the name of a package, or a bundle's file.

import { type ReactNode, useState } from 'react';
import { pickFile } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Field, Input } from '../../../ui/index.ts';
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
  const [path, setPath] = useState<string>();
  const choose = async (): Promise<void> => {
    const chosen = await pickFile({ title: t('new.bundle.chooseTitle') });
    if (chosen === null) return;
    setPath(chosen);
    onLook({ kind: 'bundle', path: chosen });
  };
  return (
    <div className="flex max-w-[560px] flex-col gap-3">
      <p className="m-0 text-ink-2">{t('new.bundle.text')}</p>
      <div className="flex min-w-0 items-center gap-2">
        <Button variant="primary" icon="folder-open" loading={isBusy} onClick={() => void choose()}>
          {t('new.bundle.choose')}
        </Button>
        <span className="min-w-0 truncate font-mono text-ink-2 text-sm" title={path}>
          {path}
        </span>
      </div>
    </div>
  );
}
