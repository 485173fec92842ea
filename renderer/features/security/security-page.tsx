// What happened lately and who allowed it, where connections went, and the report of a period.

import { useParams } from 'wouter';
import { navigate, OfflineButton, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ViewsPage } from '../../ui/index.ts';
import { ChainStatus } from './chain-status.tsx';
import { ConnectionsView } from './connections-view.tsx';
import { LogView } from './log-view.tsx';
import { ReportView } from './report-view.tsx';

const views = ['log', 'connections', 'report'] as const;
type View = (typeof views)[number];

export function SecurityPage() {
  const t = useT('security');
  const { view: wanted, of, id, step } = useParams<{ view?: string; of?: string; id?: string; step?: string }>();
  const view: View = views.find((each) => each === wanted) ?? 'log';
  const address = [of, id, step].map((each) => (each === undefined ? undefined : decodeURIComponent(each)));
  return (
    <ViewsPage<View>
      title={t('title')}
      label={t('views')}
      views={views.map((value) => ({ value, label: t(`tabs.${value}`) }))}
      view={view}
      onView={(next) => navigate(routes.security(next === 'log' ? undefined : next))}
      actions={
        <>
          {/* The report verifies the log itself, and says what came of it. */}
          {view === 'report' ? null : <ChainStatus />}
          <OfflineButton />
        </>
      }
    >
      {view === 'log' ? (
        <LogView key={address.join(' ')} of={address[0]} id={address[1]} step={address[2]} />
      ) : view === 'connections' ? (
        <ConnectionsView />
      ) : (
        <ReportView />
      )}
    </ViewsPage>
  );
}
