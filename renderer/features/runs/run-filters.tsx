// The filters of the list: one quiet row above a wide list, and behind one button above a narrow one.

import { type RunStatus, runStatus } from '../../../shared/model/run.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Combobox, IconButton, Popover, SearchField, SegmentedControl, Select } from '../../ui/index.ts';
import { allRuns, countChoices, originKinds, type RunFilter, spanNames, withoutFilters } from './run-list-model.ts';

interface Props {
  filter: RunFilter;
  onChange(filter: RunFilter): void;
  /** Beside an open run. */
  isNarrow: boolean;
}

const oneOf = <T extends string>(options: readonly T[], value: string): T | 'all' => options.find((option) => option === value) ?? 'all';

export function RunFilters({ filter, onChange, isNarrow }: Props) {
  const t = useT('runs');
  const search = (
    <SearchField
      label={t('search')}
      value={filter.query}
      onChange={(query) => onChange({ ...filter, query })}
      className={isNarrow ? 'flex-1' : 'ml-auto w-64 max-[1100px]:w-44'}
    />
  );
  const kinds = (
    <SegmentedControl<RunFilter['kind']>
      aria-label={t('kinds')}
      className={isNarrow ? 'w-full [&>button]:px-1.5' : undefined}
      value={filter.kind}
      onChange={(kind) => onChange({ ...allRuns, query: filter.query, kind })}
      items={[
        { value: 'workflow', label: t('kind-workflow') },
        { value: 'turn', label: t('kind-turn') },
        { value: 'session', label: t('kind-session') },
      ]}
    />
  );
  const chosen = countChoices(filter);
  if (isNarrow)
    return (
      <header className="flex shrink-0 flex-col gap-2 border-line border-b p-3">
        <h1 className="sr-only">{t('title')}</h1>
        <div className="flex gap-1.5">
          {search}
          <Popover
            title={t('filters')}
            className="w-64"
            trigger={<IconButton label={t('filters')} icon="sliders-horizontal" pressed={chosen > 0} />}
          >
            <div className="flex flex-col gap-2">
              <Choices filter={filter} onChange={onChange} className="w-full" />
              {chosen > 0 && <Button onClick={() => onChange(withoutFilters(filter))}>{t('clear')}</Button>}
            </div>
          </Popover>
        </div>
        {kinds}
      </header>
    );
  return (
    <header className="flex shrink-0 flex-col gap-2 border-line border-b px-5 pt-2.5 pb-2.5">
      <div className="flex min-h-7 flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-lg font-semibold text-ink">{t('title')}</h1>
        {kinds}
        {search}
      </div>
      <div className="flex flex-wrap items-center gap-1.5">
        <Choices filter={filter} onChange={onChange} className="w-auto min-w-32 max-w-48" />
        {chosen > 0 && (
          <Button variant="ghost" icon="x" onClick={() => onChange(withoutFilters(filter))}>
            {t('clear')}
          </Button>
        )}
      </div>
    </header>
  );
}

function Choices({ filter, onChange, className }: Omit<Props, 'isNarrow'> & { className: string }) {
  const t = useT('runs');
  const statuses = (
    <Select
      aria-label={t('filter-status')}
      className={className}
      value={filter.status}
      options={[{ value: 'all', label: t('any-status') }, ...runStatus.options.map((value) => ({ value, label: t(`status.${value}`) }))]}
      onChange={(value) => onChange({ ...filter, status: oneOf<RunStatus>(runStatus.options, value) })}
    />
  );
  const since = (
    <Select
      aria-label={t('filter-since')}
      className={className}
      value={filter.since}
      options={[{ value: 'all', label: t('any-time') }, ...spanNames.map((value) => ({ value, label: t(`since.${value}`) }))]}
      onChange={(value) => onChange({ ...filter, since: oneOf(spanNames, value) })}
    />
  );
  // A turn is always of a chat, a session of a program, and neither of a workflow.
  if (filter.kind !== 'workflow')
    return (
      <>
        {statuses}
        {since}
      </>
    );
  return (
    <>
      {statuses}
      <Select
        aria-label={t('filter-origin')}
        className={className}
        value={filter.origin}
        options={[{ value: 'all', label: t('any-origin') }, ...originKinds.map((value) => ({ value, label: t(`by.${value}`) }))]}
        onChange={(value) => onChange({ ...filter, origin: oneOf(originKinds, value) })}
      />
      <WorkflowChoice filter={filter} onChange={onChange} className={className} />
      {since}
    </>
  );
}

function WorkflowChoice({ filter, onChange, className }: Omit<Props, 'isNarrow'> & { className: string }) {
  const t = useT('runs');
  const workflows = useCall((signal) => client.workflows.list({}, { signal }), []);
  return (
    <Combobox
      aria-label={t('filter-workflow')}
      className={className}
      value={filter.workflow === '' ? '#all' : filter.workflow}
      options={[{ value: '#all', label: t('any-workflow') }, ...(workflows.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
      onChange={(value) => onChange({ ...filter, workflow: value === '#all' ? '' : value })}
    />
  );
}
