// The secrets by name, searched and filtered by kind; where there is none, the way to the first.

import { type ReactNode, useState } from 'react';
import type { SecretInfo, SecretKind } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { ArrowList, Button, EmptyState, SearchField, SegmentedControl } from '../../ui/index.ts';
import { SecretRow } from './secret-row.tsx';

type Kinds = SecretKind | 'all';

const fits = (secret: SecretInfo, query: string, kind: Kinds): boolean =>
  (kind === 'all' || (secret.kind ?? 'token') === kind) &&
  [secret.name, secret.note, secret.facts?.address ?? '', ...secret.usedBy].some((text) =>
    text.toLowerCase().includes(query.trim().toLowerCase()),
  );

interface Props {
  secrets: readonly SecretInfo[];
  /** The name of the one that is shown beside the list. */
  open: string | undefined;
  canChange: boolean;
  /** Offered where there is nothing; none where nothing can be added now. */
  add: ReactNode;
  onOpen(name: string | undefined): void;
  onReplace(secret: SecretInfo): void;
  onRemove(secret: SecretInfo): void;
}

export function SecretList({ secrets, open, canChange, add, onOpen, onReplace, onRemove }: Props) {
  const t = useT('vault');
  const [query, setQuery] = useState('');
  const [kind, setKind] = useState<Kinds>('all');
  if (secrets.length === 0)
    return add === null ? null : <EmptyState icon="key-round" title={t('empty')} text={t('emptyText')} action={add} />;
  const shown = secrets.filter((secret) => fits(secret, query, kind));
  const showAll = (): void => {
    setQuery('');
    setKind('all');
  };
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
          action={<Button onClick={showAll}>{t('clearSearch')}</Button>}
        />
      ) : (
        <ArrowList>
          <ul aria-label={t('list')} className="-mx-2.5 m-0 flex list-none flex-col p-0">
            {shown.map((secret) => (
              <SecretRow
                key={secret.name}
                secret={secret}
                isSelected={secret.name === open}
                canChange={canChange}
                onOpen={() => onOpen(secret.name === open ? undefined : secret.name)}
                onReplace={() => onReplace(secret)}
                onRemove={() => onRemove(secret)}
              />
            ))}
          </ul>
        </ArrowList>
      )}
    </section>
  );
}
