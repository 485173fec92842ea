// The ledger: where connections went, and who made them.

import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { ConnectionGroup } from '../../../shared/model/audit-report.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Badge,
  Checkbox,
  cn,
  EmptyState,
  ErrorState,
  formatBytes,
  SegmentedControl,
  Select,
  SkeletonRows,
  TimeOf,
} from '../../ui/index.ts';
import { type SpanName, spanNames, spans } from './log-model.ts';

const othersShown = 3;
/** More often than this, in milliseconds, the ledger is not added up again. */
const freshMs = 2000;

/** A connection that is made or refused while one looks shows by itself, also where a storm of them comes. */
function useFresh(reload: () => void): void {
  const [due, setDue] = useState(false);
  const latest = useRef(reload);
  latest.current = reload;
  useStream(
    (signal) => client.audit.watch(undefined, { signal }),
    (fresh) => {
      if (fresh.some(({ kind }) => kind === 'connection')) setDue(true);
    },
    [],
  );
  useEffect(() => {
    if (!due) return;
    const timer = setTimeout(() => {
      setDue(false);
      latest.current();
    }, freshMs);
    return () => clearTimeout(timer);
  }, [due]);
}

export function ConnectionsView() {
  const t = useT('security');
  const [by, setBy] = useState<'host' | 'who'>('host');
  const [span, setSpan] = useState<SpanName | 'all'>('week');
  const [withLocal, setWithLocal] = useState(false);
  const { data, error, reload } = useCall(
    (signal) => client.audit.listConnections({ by, ...(span === 'all' ? {} : { since: Date.now() - spans[span] }) }, { signal }),
    [by, span],
  );
  useFresh(reload);
  const groups = data?.filter((group) => by === 'who' || withLocal || !group.isLocal);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-3 px-5 py-2.5">
        <SegmentedControl<'host' | 'who'>
          aria-label={t('byLabel')}
          value={by}
          onChange={setBy}
          items={[
            { value: 'host', label: t('by.host') },
            { value: 'who', label: t('by.who') },
          ]}
        />
        <Select
          aria-label={t('filterTime')}
          className="w-auto min-w-32"
          value={span}
          options={[...spanNames.map((value) => ({ value, label: t(`since.${value}`) })), { value: 'all', label: t('anyTime') }]}
          onChange={(value) => setSpan(spanNames.find((name) => name === value) ?? 'all')}
        />
        {by === 'host' ? <Checkbox label={t('showLocal')} checked={withLocal} onChange={setWithLocal} /> : null}
        {groups === undefined || groups.length === 0 ? null : (
          <span className="tabular ml-auto text-ink-3 text-sm">
            {t('totals', {
              sent: formatBytes(groups.reduce((sum, group) => sum + group.bytesOut, 0)),
              received: formatBytes(groups.reduce((sum, group) => sum + group.bytesIn, 0)),
              refused: groups.reduce((sum, group) => sum + group.refused, 0),
            })}
          </span>
        )}
      </div>
      {error !== undefined ? (
        <ErrorState error={error} onRetry={reload} safe={t('safe')} />
      ) : groups === undefined ? (
        <div className="px-3">
          <SkeletonRows count={10} />
        </div>
      ) : groups.length === 0 ? (
        <EmptyState icon="globe" title={t('noConnections')} text={t('noConnectionsText')} />
      ) : (
        <Groups groups={groups} by={by} />
      )}
    </div>
  );
}

function Groups({ groups, by }: { groups: readonly ConnectionGroup[]; by: 'host' | 'who' }) {
  const t = useT('security');
  return (
    <div className="min-h-0 flex-1 overflow-auto px-5">
      <table aria-label={t('tabs.connections')} className="w-full table-fixed border-collapse text-sm">
        <thead className="sticky top-0 z-1 bg-bg text-left text-ink-3 text-xs">
          <tr className="h-[30px] border-line border-b">
            <Head className="w-[26%]">{t(by === 'host' ? 'host' : 'whoColumn')}</Head>
            <Head>{t(by === 'host' ? 'reachedBy' : 'reached')}</Head>
            <Head className="w-24 text-right max-[760px]:w-20">{t('connectionsColumn')}</Head>
            <Head className="w-18 text-right max-[760px]:w-15">{t('refused')}</Head>
            <Head className="w-20 text-right max-[760px]:w-15">{t('sent')}</Head>
            <Head className="w-20 text-right max-[760px]:w-16">{t('received')}</Head>
            <Head className="w-28 text-right max-[1000px]:hidden">{t('first')}</Head>
            <Head className="w-28 text-right max-[1000px]:hidden">{t('last')}</Head>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Row key={group.key} group={group} by={by} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const Head = ({ className, children }: { className?: string; children: string }) => (
  <th scope="col" className={cn('px-1.5 font-normal first:pl-0 last:pr-0', className)}>
    {children}
  </th>
);

function Row({ group, by }: { group: ConnectionGroup; by: 'host' | 'who' }) {
  const t = useT('security');
  const shown = group.others.slice(0, othersShown).map((other) => other.name);
  const left = group.others.length - shown.length;
  const cell = 'px-1.5 last:pr-0 max-[760px]:py-1';
  return (
    <tr className="tabular h-[30px] border-line border-b text-ink-2 hover:bg-panel">
      <td className={cn(cell, 'pl-0')}>
        <span className="flex min-w-0 items-center gap-2">
          {by === 'host' ? (
            <Link
              href={routes.log('host', group.title)}
              className="truncate rounded-sm font-mono text-ink decoration-line-2 underline-offset-2 hover:underline max-[760px]:whitespace-normal max-[760px]:[overflow-wrap:anywhere]"
              title={t('showConnections', { host: group.title })}
            >
              {group.title}
            </Link>
          ) : (
            <span className="truncate text-base text-ink" title={group.title}>
              {group.title}
            </span>
          )}
          {group.isLocal ? <Badge>{t('thisMachine')}</Badge> : null}
        </span>
      </td>
      <td
        className={cn(cell, 'truncate max-[760px]:whitespace-normal max-[760px]:[overflow-wrap:anywhere]')}
        title={group.others.map((other) => `${other.name} (${other.count})`).join(', ')}
      >
        {shown.join(', ')}
        {left > 0 ? ` ${t('more', { count: left })}` : ''}
      </td>
      <td className={cn(cell, 'text-right')}>{group.connections}</td>
      <td className={cn(cell, 'text-right', group.refused > 0 && 'text-bad')}>{group.refused === 0 ? '–' : group.refused}</td>
      <td className={cn(cell, 'text-right')}>{formatBytes(group.bytesOut)}</td>
      <td className={cn(cell, 'text-right')}>{formatBytes(group.bytesIn)}</td>
      <td className={cn(cell, 'text-right max-[1000px]:hidden')}>
        <TimeOf at={group.firstAt} />
      </td>
      <td className={cn(cell, 'text-right max-[1000px]:hidden')}>
        <TimeOf at={group.lastAt} />
      </td>
    </tr>
  );
}
