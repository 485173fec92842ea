import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { DecisionRecord } from '../../../shared/model/policy.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, EmptyState, ErrorState, Page, SkeletonRows, TimeAgo } from '../../ui/index.ts';

const tones = { allow: 'ok', ask: 'wait', deny: 'bad' } as const;

/** The newest decisions of this start, each with its reason. */
export function Decisions({ title }: { title: ReactNode }) {
  const t = useT('grants');
  const { data, error, reload, loading } = useCall((signal) => client.policy.recentDecisions({ limit: 200 }, { signal }), []);
  return (
    <Page
      title={title}
      width="column"
      actions={
        data === undefined ? undefined : (
          <Button icon="refresh-cw" loading={loading} onClick={reload}>
            {t('refresh')}
          </Button>
        )
      }
    >
      {data === undefined ? (
        error === undefined ? (
          <SkeletonRows count={10} tall />
        ) : (
          <ErrorState error={error} onRetry={reload} />
        )
      ) : data.length === 0 ? (
        <EmptyState icon="shield-check" title={t('noDecisions')} text={t('noDecisionsText')} />
      ) : (
        <ol className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
          {data.map((each, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two may be of the same moment
            <Decision key={index} decision={each} />
          ))}
        </ol>
      )}
    </Page>
  );
}

function Decision({ decision }: { decision: DecisionRecord }) {
  const t = useT('grants');
  const { outcome, who, what, reason, at, run, grant } = decision;
  return (
    <li className="grid grid-cols-[64px_minmax(0,1fr)_auto] gap-x-3 py-2">
      <span className="pt-px">
        <Badge tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Badge>
      </span>
      <span className="min-w-0">
        <span className="block truncate text-base">
          {visibleText(who)} <span className="font-mono text-sm">{visibleText(what)}</span>
        </span>
        <span className="block text-ink-2 text-sm [overflow-wrap:anywhere]">{visibleText(reason)}</span>
      </span>
      <span className="flex flex-col items-end text-xs [&_a]:text-accent-ink">
        <span className="leading-5 text-ink-3">
          <TimeAgo at={at} />
        </span>
        {grant === undefined ? null : <Link href={routes.grants(grant)}>{t('showGrant')}</Link>}
        {run === undefined ? null : <Link href={routes.runs(run)}>{t('toRun')}</Link>}
      </span>
    </li>
  );
}
