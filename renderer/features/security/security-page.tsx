// What happened lately and who allowed it, where connections went, and the report of a period.

import { useParams } from 'wouter';
import { navigate, OfflineButton, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Page, Tabs } from '../../ui/index.ts';
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
    <Page
      title={t('title')}
      width="full"
      actions={
        <>
          {/* The report verifies the log itself, and says what came of it. */}
          {view === 'report' ? null : <ChainStatus />}
          <OfflineButton />
        </>
      }
    >
      <Tabs<View>
        aria-label={t('views')}
        className="px-5"
        panelClassName="flex flex-col"
        value={view}
        onChange={(next) => navigate(routes.security(next === 'log' ? undefined : next))}
        items={[
          {
            value: 'log',
            label: t('tabs.log'),
            content: <LogView key={address.join(' ')} of={address[0]} id={address[1]} step={address[2]} />,
          },
          { value: 'connections', label: t('tabs.connections'), content: <ConnectionsView /> },
          { value: 'report', label: t('tabs.report'), content: <ReportView /> },
        ]}
      />
    </Page>
  );
}
