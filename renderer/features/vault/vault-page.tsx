import { useState } from 'react';
import type { SecretInfo, SecretKind } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useSettings } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  ArrowList,
  Button,
  Checkbox,
  Code,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  Icon,
  ListDetail,
  Menu,
  MenuItem,
  Page,
  SearchField,
  SectionTitle,
  SegmentedControl,
  Skeleton,
  SkeletonRows,
  useDialog,
} from '../../ui/index.ts';
import { BackupDialog } from './backup-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { SecretDetail } from './secret-detail.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretRow } from './secret-row.tsx';
import { TakeInDialog } from './take-in-dialog.tsx';
import { VaultStateView } from './vault-state.tsx';

type Kinds = SecretKind | 'all';

const fits = (secret: SecretInfo, query: string, kind: Kinds): boolean =>
  (kind === 'all' || (secret.kind ?? 'token') === kind) &&
  [secret.name, secret.note, secret.facts?.address ?? '', ...secret.usedBy].some((text) =>
    text.toLowerCase().includes(query.trim().toLowerCase()),
  );

export function VaultPage() {
  const t = useT('vault');
  const status = useCall((signal) => client.vault.getStatus(undefined, { signal }), []);
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const [query, setQuery] = useState('');
  const [kind, setKind] = useState<Kinds>('all');
  const [openName, setOpenName] = useState<string>();
  const [editing, setEditing] = useState<{ secret: SecretInfo | undefined }>();
  const [dialog, setDialog] = useState<'keys' | 'import' | 'restore' | 'backup'>();
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
  const shown = list.filter((secret) => fits(secret, query, kind));
  const opened = list.find((secret) => secret.name === openName);
  const addButton = (
    <Button variant="primary" icon="plus" onClick={() => setEditing({ secret: undefined })}>
      {t('add')}
    </Button>
  );
  const more = canAdd ? (
    <Menu
      trigger={
        <Button>
          {t('menu')}
          <Icon name="chevron-down" size={14} className="text-ink-3" />
        </Button>
      }
    >
      <MenuItem icon="file-input" onSelect={() => setDialog('import')}>
        {t('import')}
      </MenuItem>
      <MenuItem icon="file-down" disabled={state !== 'open'} onSelect={() => setDialog('backup')}>
        {t('backup')}
      </MenuItem>
      <MenuItem icon="rotate-ccw" onSelect={() => setDialog('restore')}>
        {t('restore')}
      </MenuItem>
    </Menu>
  ) : null;

  const rows = (() => {
    if (status.error !== undefined) return null;
    if (secrets.data === undefined)
      return secrets.error === undefined ? <SkeletonRows count={4} tall /> : <ErrorState error={secrets.error} onRetry={reload} />;
    if (list.length === 0)
      return canAdd ? <EmptyState icon="key-round" title={t('empty')} text={t('emptyText')} action={addButton} /> : null;
    return (
      <section className="flex flex-col gap-2">
        <div className="flex flex-wrap items-center gap-2">
          <SearchField label={t('search')} value={query} onChange={setQuery} className="min-w-40 max-w-[320px] flex-1" />
          <SegmentedControl
            aria-label={t('filterKind')}
            value={kind}
            onChange={(next) => setKind(next as Kinds)}
            items={(['all', 'token', 'login', 'key-file', 'note'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
          />
          <span className="tabular ml-auto text-ink-3 text-sm">{t('shown', { count: shown.length })}</span>
        </div>
        {shown.length === 0 ? (
          <EmptyState
            icon="search"
            title={t('noHits')}
            text={t('noHitsText')}
            action={
              <Button
                onClick={() => {
                  setQuery('');
                  setKind('all');
                }}
              >
                {t('clearSearch')}
              </Button>
            }
          />
        ) : (
          <ArrowList>
            <ul aria-label={t('list')} className="-mx-2.5 m-0 flex list-none flex-col p-0">
              {shown.map((secret) => (
                <SecretRow
                  key={secret.name}
                  secret={secret}
                  isSelected={secret.name === openName}
                  canChange={state === 'open'}
                  onOpen={() => setOpenName(secret.name === openName ? undefined : secret.name)}
                  onReplace={() => setEditing({ secret })}
                  onRemove={() => askToRemove(secret)}
                />
              ))}
            </ul>
          </ArrowList>
        )}
      </section>
    );
  })();

  return (
    <>
      <ListDetail
        main="list"
        onClose={() => setOpenName(undefined)}
        listLabel={t('list')}
        detailLabel={t('detail')}
        list={
          <Page
            title={t('title')}
            actions={
              canAdd ? (
                <>
                  {more}
                  {list.length > 0 ? addButton : null}
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
            {rows}
            <section className="pt-2 text-ink-2">
              <SectionTitle>{t('how')}</SectionTitle>
              <p className="m-0">
                {t('howText')}{' '}
                <Code className="rounded-sm bg-sunken px-1 py-px text-ink dark:bg-raised">{`\${secret:${list[0]?.name ?? 'NAME'}}`}</Code>.{' '}
                {t('howText2')}
              </p>
            </section>
          </Page>
        }
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
      {dialog === 'keys' && status.data !== undefined ? (
        <KeysDialog status={status.data} onStatus={(next) => status.setData(next)} onClose={() => setDialog(undefined)} />
      ) : null}
      {dialog === 'import' || dialog === 'restore' ? (
        <TakeInDialog
          kind={dialog}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            setDialog(undefined);
            reload();
          }}
        />
      ) : null}
      {dialog === 'backup' ? <BackupDialog onClose={() => setDialog(undefined)} /> : null}
      <RemoveDialog dialog={remove} list={list} onRemoved={reload} />
    </>
  );
}

interface RemoveProps {
  dialog: ReturnType<typeof useDialog<SecretInfo>>;
  list: readonly SecretInfo[];
  onRemoved(): void;
}

function RemoveDialog({ dialog, list, onRemoved }: RemoveProps) {
  const t = useT('vault');
  const subject = list.find(({ name }) => name === dialog.subject?.name) ?? dialog.subject;
  const { heldBy = [], usedBy = [] } = subject ?? {};
  const others = usedBy.filter((each) => !heldBy.includes(each));
  const days = useSettings()?.keepChangesDays ?? 365;
  const [isForGood, setForGood] = useState(false);
  const onOpenChange = (isOpen: boolean): void => {
    setForGood(false);
    dialog.props.onOpenChange(isOpen);
  };
  return (
    <ConfirmDialog
      open={dialog.props.open}
      onOpenChange={onOpenChange}
      title={t('removeTitle', { name: subject?.name ?? '' })}
      text={
        <>
          {others.length === 0 ? null : <span className="block text-ink">{t('removeUsed', { who: visibleText(others.join(', ')) })}</span>}
          {heldBy.length === 0 ? null : (
            <span className="block text-ink">{t('removeHeld', { count: heldBy.length, who: visibleText(heldBy.join(', ')) })}</span>
          )}
          <span className="block">
            {t('removeText')} {isForGood ? '' : days === 0 ? t('removeKeptAlways') : t('removeKept', { count: days })}
          </span>
          <Checkbox className="mt-3" label={t('removeForGood')} hint={t('removeForGoodHint')} checked={isForGood} onChange={setForGood} />
        </>
      }
      action={t(isForGood ? 'removeForGoodAction' : 'remove')}
      onConfirm={async () => {
        if (subject !== undefined) await client.vault.remove({ name: subject.name, forGood: isForGood });
        setForGood(false);
        onRemoved();
      }}
    />
  );
}
