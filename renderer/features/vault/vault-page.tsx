import { useState } from 'react';
import type { SecretInfo } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Button,
  Code,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  Page,
  SectionTitle,
  Skeleton,
  SkeletonRows,
  useDialog,
} from '../../ui/index.ts';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretRow } from './secret-row.tsx';
import { VaultStateView } from './vault-state.tsx';

export function VaultPage() {
  const t = useT('vault');
  const status = useCall((signal) => client.vault.getStatus(undefined, { signal }), []);
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const [editing, setEditing] = useState<{ secret: SecretInfo | undefined }>();
  const remove = useDialog<SecretInfo>();
  const state = status.data?.state;
  const canAdd = state === 'open' || state === 'empty';
  const reload = (): void => {
    status.reload();
    secrets.reload();
  };
  const addButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing({ secret: undefined })}>
      {t('add')}
    </Button>
  );
  const list = secrets.data ?? [];
  const subject = remove.subject;
  return (
    <Page title={t('title')} width="column" actions={canAdd && list.length > 0 ? addButton : undefined}>
      {status.data !== undefined ? (
        <VaultStateView
          status={status.data}
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
      {status.error !== undefined ? null : secrets.data === undefined ? (
        secrets.error === undefined ? (
          <SkeletonRows count={4} tall />
        ) : (
          <ErrorState error={secrets.error} onRetry={reload} />
        )
      ) : list.length === 0 ? (
        canAdd ? (
          <EmptyState icon="key-round" title={t('empty')} text={t('emptyText')} action={addButton} />
        ) : null
      ) : (
        <section className="flex flex-col gap-1">
          <SectionTitle count={list.length}>{t('list')}</SectionTitle>
          <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
            {list.map((secret) => (
              <SecretRow
                key={secret.name}
                secret={secret}
                canChange={state === 'open'}
                onReplace={() => setEditing({ secret })}
                onRemove={() => remove.show(secret)}
              />
            ))}
          </ul>
        </section>
      )}
      <section className="pt-2 text-ink-2">
        <SectionTitle>{t('how')}</SectionTitle>
        <p className="m-0">
          {t('howText')}{' '}
          <Code className="rounded-sm bg-sunken px-1 py-px text-ink dark:bg-raised">{`\${secret:${list[0]?.name ?? 'NAME'}}`}</Code>.{' '}
          {t('howText2')}
        </p>
      </section>
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
      <ConfirmDialog
        {...remove.props}
        title={t('removeTitle', { name: subject?.name ?? '' })}
        text={
          <>
            {(subject?.usedBy.length ?? 0) === 0 ? null : (
              <span className="block text-ink">{t('removeUsed', { who: subject?.usedBy.join(', ') ?? '' })}</span>
            )}
            {t('removeText')}
          </>
        }
        action={t('remove')}
        onConfirm={async () => {
          if (subject !== undefined) await client.vault.remove({ name: subject.name });
          reload();
        }}
      />
    </Page>
  );
}
