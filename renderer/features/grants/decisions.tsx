import { Link } from 'wouter';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, EmptyState, ErrorState, SkeletonRows, TimeAgo } from '../../ui/index.ts';

const tones = { allow: 'ok', ask: 'wait', deny: 'bad' } as const;

/** The newest decisions of this start, each with its reason. */
export function Decisions() {
  const t = useT('grants');
  const { data, error, reload, loading } = useCall((signal) => client.policy.recentDecisions({ limit: 200 }, { signal }), []);
  if (data === undefined) return error === undefined ? <SkeletonRows count={10} tall /> : <ErrorState error={error} onRetry={reload} />;
  const again = (
    <Button icon="refresh-cw" loading={loading} onClick={reload}>
      {t('refresh')}
    </Button>
  );
  if (data.length === 0) return <EmptyState icon="shield-check" title={t('noDecisions')} text={t('noDecisionsText')} action={again} />;
  return (
    <>
      <div className="flex justify-end">{again}</div>
      <ol className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
        {data.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two may be of the same moment
          <li key={index} className="flex flex-col gap-0.5 py-2">
            <span className="flex min-w-0 items-baseline gap-2">
              <Badge tone={tones[each.outcome]}>{t(`outcomes.${each.outcome}`)}</Badge>
              <span className="min-w-0 flex-1 truncate text-base">
                {visibleText(each.who)} · <span className="font-mono text-sm">{visibleText(each.what)}</span>
              </span>
              <span className="shrink-0 text-ink-3 text-xs">
                <TimeAgo at={each.at} />
              </span>
            </span>
            <span className="text-ink-2 text-sm [overflow-wrap:anywhere]">{visibleText(each.reason)}</span>
            <span className="flex gap-3 text-xs">
              {each.run === undefined ? null : <Link href={routes.runs(each.run)}>{t('toRun')}</Link>}
              {each.grant === undefined ? null : <Link href={routes.grants(each.grant)}>{t('showGrant')}</Link>}
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
