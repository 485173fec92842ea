// What starts by itself: the jobs with their detail, what goes now, what runs next, and what was missed.

import { useRoute } from 'wouter';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ViewsPage } from '../../ui/index.ts';
import { useOpenItems } from '../inbox/index.ts';
import { QueuePanel } from '../queue/index.ts';
import { JobsView } from './jobs-view.tsx';
import { MissedView } from './missed-view.tsx';
import { NextView } from './next-view.tsx';

const views = ['jobs', 'now', 'next', 'missed'] as const;
type View = (typeof views)[number];

/** The queue, with the questions that its runs wait for. */
function Now() {
  const { items } = useOpenItems();
  return <QueuePanel asks={new Map(items?.map((item) => [item.run, item.id]))} />;
}

export function JobsPage() {
  const t = useT('jobs');
  const [, params] = useRoute('/jobs/:id');
  const id = params === null ? undefined : decodeURIComponent(params.id);
  const view: View = views.find((candidate) => candidate === id) ?? 'jobs';
  return (
    <ViewsPage<View>
      title={t('title')}
      label={t('views')}
      views={views.map((value) => ({ value, label: t(`view.${value}`) }))}
      view={view}
      onView={(next) => navigate(routes.jobs(next === 'jobs' ? undefined : next))}
    >
      {view === 'jobs' ? (
        <JobsView id={id} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-5 pt-4 pb-10">
          {view === 'now' ? <Now /> : view === 'next' ? <NextView /> : <MissedView />}
        </div>
      )}
    </ViewsPage>
  );
}
