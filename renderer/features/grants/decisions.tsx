import { Link } from 'wouter';
import type { DecisionRecord } from '../../../shared/model/policy.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, EmptyState, ErrorState, SkeletonRows, TimeAgo } from '../../ui/index.ts';
import { Column, Frame } from './frame.tsx';

const tones = { allow: 'ok', ask: 'wait', deny: 'bad' } as const;

/** The newest decisions of this start, each with its reason. */
export function Decisions() {
  const t = useT('grants');
  const { data, error, reload, loading } = useCall((signal) => client.policy.recentDecisions({ limit: 200 }, { signal }), []);
  return (
    <Frame
      view="decisions"
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
          <Column wide>
            <SkeletonRows count={10} tall />
          </Column>
        ) : (
          <ErrorState error={error} onRetry={reload} />
        )
      ) : data.length === 0 ? (
        <EmptyState icon="stamp" title={t('noDecisions')} text={t('noDecisionsText')} />
      ) : (
        <Column wide>
          <ol className="m-0 flex list-none flex-col divide-y divide-line border-line border-b p-0 [&>li:first-child]:pt-0">
            {data.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two may be of the same moment
              <Decision key={index} decision={each} />
            ))}
          </ol>
        </Column>
      )}
    </Frame>
  );
}

function Decision({ decision }: { decision: DecisionRecord }) {
  const t = useT('grants');
  const short = useWithTilde();
  const { outcome, who, what, reason, at, run, grant } = decision;
  return (
    <li className="grid grid-cols-[64px_minmax(0,1fr)_auto] gap-x-3 py-1.5">
      <span className="leading-5">
        <Badge tone={tones[outcome]}>{t(`outcomes.${outcome}`)}</Badge>
      </span>
      <span className="min-w-0">
        <span className="block truncate text-base">
          <span className="font-medium">{visibleText(who)}</span>{' '}
          <span className="font-mono text-ink-2 text-sm">{short(visibleText(what))}</span>
        </span>
        <span className="block text-ink-2 text-sm [overflow-wrap:anywhere]">{short(visibleText(reason))}</span>
      </span>
      <span className="flex items-baseline gap-3 text-xs leading-5 [&_a]:text-accent-ink max-[1000px]:flex-col max-[1000px]:items-end max-[1000px]:gap-0">
        {grant === undefined ? null : <Link href={routes.grants(grant)}>{t('showGrant')}</Link>}
        {run === undefined ? null : <Link href={routes.runs(run)}>{t('toRun')}</Link>}
        <span className="min-w-[68px] text-right text-ink-3">
          <TimeAgo at={at} />
        </span>
      </span>
    </li>
  );
}
