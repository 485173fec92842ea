// The vault: how it is, the secrets by name, and the one that is open beside them.

import { useState } from 'react';
import type { SecretInfo } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Code, ErrorState, ListDetail, Page, SectionTitle, Skeleton, SkeletonRows, useDialog } from '../../ui/index.ts';
import { RemoveSecret } from './remove-secret.tsx';
import { SecretDetail } from './secret-detail.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretList } from './secret-list.tsx';
import { type VaultDialog, VaultDialogs, VaultMenu } from './vault-dialogs.tsx';
import { VaultStateView } from './vault-state.tsx';

export function VaultPage() {
  const t = useT('vault');
  const status = useCall((signal) => client.vault.getStatus(undefined, { signal }), []);
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const [openName, setOpenName] = useState<string>();
  const [editing, setEditing] = useState<{ secret: SecretInfo | undefined }>();
  const [dialog, setDialog] = useState<VaultDialog>();
  const remove = useDialog<SecretInfo>();
  const state = status.data?.state;
  const canAdd = state === 'open' || state === 'empty';
  const reload = (): void => {
    status.reload();
    secrets.reload();
  };
  const list = secrets.data ?? [];
  const askToRemove = (secret: SecretInfo): void => {
    remove.show(secret);
    // Which servers run with it may have changed since the list was read.
    secrets.reload();
  };
  const opened = list.find((secret) => secret.name === openName);
  const add = canAdd ? (
    <Button variant="primary" icon="plus" onClick={() => setEditing({ secret: undefined })}>
      {t('add')}
    </Button>
  ) : null;
  const page = (
    <Page
      title={t('title')}
      actions={
        canAdd ? (
          <>
            <VaultMenu canBackUp={state === 'open'} onChoose={setDialog} />
            {list.length > 0 ? add : null}
          </>
        ) : undefined
      }
    >
      {status.data !== undefined ? (
        <VaultStateView
          status={status.data}
          onKeys={() => setDialog('keys')}
          onStatus={(next) => {
            status.setData(next);
            secrets.reload();
          }}
        />
      ) : status.error !== undefined ? (
        <ErrorState error={status.error} onRetry={reload} />
      ) : (
        <div className="flex flex-col gap-2 py-1">
          <Skeleton className="w-1/4" />
          <Skeleton className="w-3/5" />
        </div>
      )}
      {status.error !== undefined ? null : secrets.data !== undefined ? (
        <SecretList
          secrets={secrets.data}
          open={openName}
          canChange={state === 'open'}
          add={add}
          onOpen={setOpenName}
          onReplace={(secret) => setEditing({ secret })}
          onRemove={askToRemove}
        />
      ) : secrets.error === undefined ? (
        <SkeletonRows count={4} tall />
      ) : (
        <ErrorState error={secrets.error} onRetry={reload} />
      )}
      <HowToUse name={list[0]?.name ?? 'NAME'} />
    </Page>
  );
  return (
    <>
      <ListDetail
        main="list"
        onClose={() => setOpenName(undefined)}
        listLabel={t('list')}
        detailLabel={t('detail')}
        list={page}
        detail={
          opened === undefined ? null : (
            <SecretDetail
              key={opened.name}
              secret={opened}
              canChange={state === 'open'}
              canCopy={status.data?.canCopy === true}
              onEdit={() => setEditing({ secret: opened })}
              onRemove={() => askToRemove(opened)}
              onClose={() => setOpenName(undefined)}
              onChanged={reload}
            />
          )
        }
      />
      {editing === undefined ? null : (
        <SecretDialog
          secret={editing.secret}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            reload();
          }}
        />
      )}
      <VaultDialogs
        open={dialog}
        status={status.data}
        onStatus={(next) => status.setData(next)}
        onClose={() => setDialog(undefined)}
        onTakenIn={reload}
      />
      <RemoveSecret dialog={remove} list={list} onRemoved={reload} />
    </>
  );
}

/** How a secret gets into a server's or a node's settings. */
function HowToUse({ name }: { name: string }) {
  const t = useT('vault');
  return (
    <section className="pt-2 text-ink-2">
      <SectionTitle>{t('how')}</SectionTitle>
      <p className="m-0">
        {t('howText')} <Code className="rounded-sm bg-sunken px-1 py-px text-ink dark:bg-raised">{`\${secret:${name}}`}</Code>.{' '}
        {t('howText2')}
      </p>
    </section>
  );
}
