import { useState } from 'react';
import { client, toAppError } from '../../../api/index.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Icon, toastError } from '../../../ui/index.ts';
import { useEditor, useEditorStore } from './context.ts';
import { documentOf } from './store.ts';

/** Another window saved this workflow: nothing is overwritten until the person says which one stays. */
export function ConflictBanner({ onReopen }: { onReopen(): Promise<void> }) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const kind = useEditor((state) => state.save.kind);
  const [isBusy, setBusy] = useState(false);
  if (kind !== 'conflict') return null;
  const attempt = (work: () => Promise<void>) => {
    setBusy(true);
    work()
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  const keepCopy = async () => {
    const document = documentOf(editor.getState().history.document);
    const copy = await client.workflows.create({
      document: { ...document, name: t('conflict.copy-name', { name: document.name }).slice(0, 120) },
    });
    navigate(routes.workflows(copy.id));
  };
  return (
    <div role="alert" className="wf-conflict flex shrink-0 flex-wrap items-center gap-2 border-line border-y bg-panel px-3 py-2">
      <Icon name="triangle-alert" size={15} className="shrink-0 text-bad" />
      <span className="min-w-0 flex-1">{t('conflict.message')}</span>
      <Button size="s" loading={isBusy} onClick={() => attempt(onReopen)}>
        {t('conflict.reload')}
      </Button>
      <Button size="s" loading={isBusy} onClick={() => attempt(keepCopy)}>
        {t('conflict.keep')}
      </Button>
    </div>
  );
}
