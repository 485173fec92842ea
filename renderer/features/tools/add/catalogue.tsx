import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { CatalogueEntry } from '../../../../shared/model/server-import.ts';
import { client, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, EmptyState, ErrorState, Icon, SearchField, Select, SkeletonRows } from '../../../ui/index.ts';
import type { WayProps } from './way.ts';

type Category = CatalogueEntry['category'];
const icons: Record<Category, string> = {
  files: 'folder',
  web: 'globe',
  data: 'database',
  developer: 'code',
  productivity: 'list-checks',
  search: 'search',
  reasoning: 'brain',
  system: 'cpu',
};
const categories = Object.keys(icons) as Category[];

export function Catalogue({ isBusy, onLook }: WayProps): ReactNode {
  const t = useT('tools');
  const { data, error, reload } = useCall((signal) => client.servers.catalogue(undefined, { signal }), []);
  const [query, setQuery] = useState('');
  const [category, setCategory] = useState<Category | 'all'>('all');
  if (error !== undefined && data === undefined) return <ErrorState error={error.toJSON()} onRetry={reload} />;
  const wanted = query.trim().toLowerCase();
  const found = data?.filter(
    (each) =>
      (category === 'all' || each.category === category) &&
      `${each.title} ${each.description} ${each.publisher} ${each.package ?? ''} ${each.url ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <SearchField label={t('new.catalogue.search')} value={query} onChange={setQuery} className="min-w-40 max-w-80 flex-1" />
        <Select<Category | 'all'>
          aria-label={t('new.catalogue.category')}
          className="w-auto min-w-36"
          value={category}
          onChange={setCategory}
          options={[
            { value: 'all', label: t('new.catalogue.all') },
            ...categories.map((value) => ({ value, label: t(`new.catalogue.categories.${value}`), icon: icons[value] })),
          ]}
        />
      </div>
      {found === undefined ? (
        <SkeletonRows tall count={8} />
      ) : found.length === 0 ? (
        <EmptyState icon="search" title={t('new.catalogue.none')} text={t('new.catalogue.noneText')} />
      ) : (
        <ul aria-label={t('new.catalogue.list')} className="tools-cards" onKeyDown={goByArrows}>
          {found.map((entry) => (
            <li key={entry.id}>
              <Card entry={entry} isBusy={isBusy} onChoose={() => onLook({ kind: 'catalogue', id: entry.id })} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Left and right to the next card, up and down by its row. */
function goByArrows(event: KeyboardEvent<HTMLUListElement>): void {
  const cards = [...event.currentTarget.querySelectorAll('button')];
  const at = cards.indexOf(event.target as HTMLButtonElement);
  const columns = getComputedStyle(event.currentTarget).gridTemplateColumns.split(' ').length;
  const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const next = cards[at + (steps[event.key] ?? 0)];
  if (at < 0 || steps[event.key] === undefined || next === undefined) return;
  event.preventDefault();
  next.focus();
}

function Card({ entry, isBusy, onChoose }: { entry: CatalogueEntry; isBusy: boolean; onChoose: () => void }): ReactNode {
  const t = useT('tools');
  return (
    <button type="button" className="tools-card" aria-disabled={isBusy || undefined} onClick={isBusy ? undefined : onChoose}>
      <span className="flex min-w-0 items-center gap-2">
        <Icon name={icons[entry.category]} size={15} className="shrink-0 text-tool" />
        <span className="min-w-0 flex-1 truncate font-medium">{entry.title}</span>
        {entry.isInstalled ? <Badge tone="ok">{t('new.catalogue.installed')}</Badge> : null}
        {entry.url === undefined ? null : <Badge>{t('new.catalogue.remote')}</Badge>}
      </span>
      <span className="tools-card-text">{entry.description}</span>
      <span className="text-ink-3 text-xs">
        {entry.publisher} ·{' '}
        {entry.needs.length === 0 ? t('new.catalogue.needsNothing') : t('new.catalogue.needs', { what: entry.needs.join(', ') })}
      </span>
    </button>
  );
}
