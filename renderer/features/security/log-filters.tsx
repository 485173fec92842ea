import { useRef, useState } from 'react';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, IconButton, SearchField, Select, useFocusStays } from '../../ui/index.ts';
import { actorKinds, isFiltered, kinds, type LogFilter, outcomes, spanNames, wholeLog } from './log-model.ts';

const oneOf = <T extends string>(options: readonly T[], value: string): T | 'all' => options.find((option) => option === value) ?? 'all';

interface Props {
  filter: LogFilter;
  onChange(filter: LogFilter): void;
  /** Beside an open entry: the search has a line of its own. */
  isNarrow: boolean;
}

export function LogFilters({ filter, onChange, isNarrow }: Props) {
  const t = useT('security');
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useFocusStays(box);
  const servers = useCall((signal) => client.tools.listServers(undefined, { signal }), []);
  const narrow = 'w-auto min-w-28 max-w-44';
  return (
    <div ref={box} className="flex shrink-0 flex-wrap items-center gap-1.5 px-5 py-2.5 [@media(max-height:560px)]:py-1">
      {/* In a low window, or a zoomed one, they are behind a button: the log has the room. */}
      <span className={cn('contents', !isOpen && '[@media(max-height:560px)]:hidden')}>
        <Select
          aria-label={t('filterKind')}
          className={narrow}
          value={filter.kind}
          options={[{ value: 'all', label: t('anyKind') }, ...kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))]}
          onChange={(value) => onChange({ ...filter, kind: oneOf(kinds, value) })}
        />
        <Select
          aria-label={t('filterActor')}
          className={narrow}
          value={filter.actor}
          options={[{ value: 'all', label: t('anyActor') }, ...actorKinds.map((value) => ({ value, label: t(`actors.${value}`) }))]}
          onChange={(value) => onChange({ ...filter, actor: oneOf(actorKinds, value) })}
        />
        <Select
          aria-label={t('filterOutcome')}
          className={narrow}
          value={filter.outcome}
          options={[{ value: 'all', label: t('anyOutcome') }, ...outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))]}
          onChange={(value) => onChange({ ...filter, outcome: oneOf(outcomes, value) })}
        />
        <Select
          aria-label={t('filterServer')}
          className={narrow}
          value={filter.server === '' ? 'all' : filter.server}
          options={[
            { value: 'all', label: t('anyServer') },
            ...(servers.data ?? []).map((server) => ({ value: server.id as string, label: server.title })),
          ]}
          onChange={(value) => onChange({ ...filter, server: value === 'all' ? '' : value })}
        />
        <Select
          aria-label={t('filterTime')}
          className={narrow}
          value={filter.since}
          options={[{ value: 'all', label: t('anyTime') }, ...spanNames.map((value) => ({ value, label: t(`since.${value}`) }))]}
          onChange={(value) => onChange({ ...filter, since: oneOf(spanNames, value) })}
        />
      </span>
      {filter.run === '' ? null : (
        <Button icon="x" onClick={() => onChange({ ...filter, run: '', step: '' })}>
          {t(filter.step === '' ? 'ofRun' : 'ofStep')}
        </Button>
      )}
      {(['change', 'grant'] as const).map((of) =>
        filter[of] === '' ? null : (
          <Button key={of} icon="x" onClick={() => onChange({ ...filter, [of]: '' })}>
            {t(of === 'change' ? 'ofChange' : 'ofGrant')}
          </Button>
        ),
      )}
      {filter.entries.length === 0 ? null : (
        <Button icon="x" onClick={() => onChange({ ...filter, entries: [] })}>
          {t('ofEntries', { count: filter.entries.length })}
        </Button>
      )}
      {isFiltered(filter) ? (
        <Button variant="ghost" onClick={() => onChange(wholeLog)}>
          {t('clear')}
        </Button>
      ) : null}
      <IconButton
        icon="sliders-horizontal"
        label={t('filters')}
        pressed={isOpen}
        className="hidden [@media(max-height:560px)]:order-first [@media(max-height:560px)]:inline-flex"
        onClick={() => setOpen(!isOpen)}
      />
      <SearchField
        label={t('search')}
        value={filter.text}
        onChange={(text) => onChange({ ...filter, text })}
        className={cn(
          isNarrow ? 'order-first w-full' : 'ml-auto w-56 max-[1100px]:w-auto max-[1100px]:min-w-60 max-[1100px]:flex-1',
          '[@media(max-height:560px)]:order-first [@media(max-height:560px)]:w-auto [@media(max-height:560px)]:flex-1',
        )}
      />
    </div>
  );
}
