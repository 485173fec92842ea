// Our own dialog for choosing a folder or file, loaded when a host without one of its own is asked for a path.

import { useState } from 'react';
import { client, useCall } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import { Button, Dialog, ErrorState, Icon, IconButton, Input, ListRow, SkeletonRows } from '../ui/index.ts';
import type { AskedPath } from './asked-path.ts';

export function PathBrowser({ asked }: { asked: AskedPath }) {
  const t = useT('shell');
  const [path, setPath] = useState(asked.start);
  const [typed, setTyped] = useState<string>();
  const listing = useCall((signal) => client.shell.listFolder(path === undefined ? {} : { path }, { signal }), [path]);
  const here = listing.data?.path ?? path ?? '';
  const go = (next: string): void => {
    setTyped(undefined);
    setPath(next);
  };
  const entries = (listing.data?.entries ?? []).filter((entry) => asked.kind === 'file' || entry.kind === 'folder');
  return (
    <Dialog
      open
      onOpenChange={() => asked.answer(null)}
      title={asked.title}
      footer={
        <>
          <Button variant="ghost" onClick={() => asked.answer(null)}>
            {t('cancel')}
          </Button>
          {asked.kind === 'folder' ? (
            <Button
              variant="primary"
              disabled={listing.data === undefined || listing.error !== undefined}
              onClick={() => asked.answer(here)}
            >
              {t('useFolder')}
            </Button>
          ) : null}
        </>
      }
    >
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== undefined && typed.trim() !== '') go(typed.trim());
        }}
      >
        <IconButton
          label={t('folderUp')}
          icon="arrow-up"
          disabled={listing.data === undefined || listing.data.parent === null}
          onClick={() => {
            if (listing.data?.parent != null) go(listing.data.parent);
          }}
        />
        <Input
          mono
          aria-label={t('path')}
          value={typed ?? here}
          onChange={(event) => setTyped(event.currentTarget.value)}
          spellCheck={false}
        />
      </form>
      <div className="h-72 overflow-y-auto rounded-sm border border-line bg-bg p-1" aria-busy={listing.loading}>
        {listing.error !== undefined ? (
          <ErrorState error={listing.error} onRetry={listing.reload} />
        ) : listing.data === undefined ? (
          <SkeletonRows />
        ) : entries.length === 0 ? (
          <div className="p-3 text-base text-ink-3">{asked.kind === 'folder' ? t('noFolders') : t('noFiles')}</div>
        ) : (
          entries.map((entry) => (
            <ListRow
              key={entry.path}
              icon={<Icon name={entry.kind === 'folder' ? 'folder' : 'file'} className="shrink-0 text-ink-3" />}
              title={entry.name}
              onClick={() => (entry.kind === 'folder' ? go(entry.path) : asked.answer(entry.path))}
            />
          ))
        )}
      </div>
    </Dialog>
  );
}
