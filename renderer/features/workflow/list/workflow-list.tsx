// All workflows and how each last run went; templates to start from; files of this and other programs coming in.

import { useState } from 'react';
import { type AppErrorShape, isCancelled } from '../../../../shared/errors.ts';
import type { Workflow } from '../../../../shared/model/workflow.ts';
import { client, toAppError, useCall, useStream } from '../../../api/index.ts';
import { navigate, routes, useAction } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, EmptyState, ErrorNote, ErrorState, IconButton, SectionTitle, ViewsPage } from '../../../ui/index.ts';
import { Gallery } from '../gallery/gallery.tsx';
import { ImportDialog } from '../import/import-dialog.tsx';
import { emptyDocument } from '../model/edits.ts';
import { OwnWorkflows } from './own-workflows.tsx';

export type ListTab = 'mine' | 'templates';
/** The address of the templates, below that of the workflows. */
export const templatesPlace = 'templates';

export function WorkflowList({ tab }: { tab: ListTab }) {
  const t = useT('workflow');
  const tg = useT('gallery');
  const [query, setQuery] = useState('');
  const [refused, setRefused] = useState<AppErrorShape>();
  const [importing, setImporting] = useState<{ open: boolean; file?: File }>({ open: false });
  const list = useCall((signal) => client.workflows.list({ query }, { signal }), [query]);
  // A run that starts or ends changes what its row says.
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (runs) => runs.some((run) => run.workflow !== undefined) && list.reload(),
    [],
  );

  const open = async (make: () => Promise<Workflow>) => {
    setRefused(undefined);
    try {
      navigate(routes.workflows((await make()).id));
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!isCancelled(error)) setRefused(error.toJSON());
    }
  };
  const create = () => void open(() => client.workflows.create({ document: emptyDocument(t('list.new-name')) }));
  const use = (file: string) => void open(() => client.workflows.openSample({ file }));
  useAction('new.workflow', create);

  const isEmpty = list.data?.length === 0 && query === '';
  return (
    // A file may be dropped anywhere on the page; the dialog's own place and button do the same by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    <div
      className="h-full"
      onDragOver={(event) => event.dataTransfer.types.includes('Files') && event.preventDefault()}
      onDrop={(event) => {
        const file = event.dataTransfer.files[0];
        if (file === undefined || event.defaultPrevented) return;
        event.preventDefault();
        setImporting({ open: true, file });
      }}
    >
      <ViewsPage<ListTab>
        title={t('title')}
        label={tg('parts')}
        views={[
          { value: 'mine', label: tg('mine') },
          { value: 'templates', label: tg('templates') },
        ]}
        view={tab}
        onView={(next) => navigate(routes.workflows(next === 'templates' ? templatesPlace : undefined))}
        actions={
          <>
            <Button icon="upload" onClick={() => setImporting({ open: true })}>
              {t('list.import')}
            </Button>
            <Button variant="primary" icon="plus" onClick={create}>
              {t('list.new')}
            </Button>
          </>
        }
      >
        <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-10">
          <div className="mx-auto flex w-full max-w-[1120px] flex-col gap-4 pt-3">
            {refused !== undefined && <Refusal error={refused} onClose={() => setRefused(undefined)} />}
            {tab === 'templates' ? (
              <Gallery onUse={use} />
            ) : list.error !== undefined && list.data === undefined ? (
              <ErrorState error={list.error} onRetry={list.reload} safe={t('editor.load-safe')} />
            ) : isEmpty ? (
              <>
                <EmptyState icon="workflow" title={t('list.empty')} text={t('list.empty-text')} className="h-auto min-h-40 pb-2" />
                <section className="flex flex-col gap-2">
                  <SectionTitle>{t('list.samples')}</SectionTitle>
                  <Gallery onUse={use} />
                </section>
              </>
            ) : (
              <OwnWorkflows list={list} query={query} onQuery={setQuery} />
            )}
          </div>
        </div>
      </ViewsPage>
      <ImportDialog
        open={importing.open}
        file={importing.file}
        onOpenChange={(isOpen) => setImporting({ open: isOpen })}
        onImported={(first) => navigate(routes.workflows(first.id))}
      />
    </div>
  );
}

/** Stays until closed: it names the place to mend. */
function Refusal({ error, onClose }: { error: AppErrorShape; onClose(): void }) {
  const t = useT('workflow');
  const ti = useT('importing');
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <ErrorNote error={error} />
        {error.place !== undefined && error.place !== '' && !error.message.includes(error.place) && (
          <p className="px-2.5 pt-1 font-mono text-sm text-ink-2">{ti('place', { place: error.place })}</p>
        )}
      </div>
      <IconButton label={t('list.dismiss')} icon="x" onClick={onClose} />
    </div>
  );
}
