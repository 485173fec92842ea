// What was changed, by whom, and the way back: change sets on a timeline, and revisions of the configuration.

import { useRoute } from 'wouter';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ViewsPage } from '../../ui/index.ts';
import { Revisions } from './revisions.tsx';
import { Timeline } from './timeline.tsx';
import { useVersion } from './use-version.ts';

const views = ['timeline', 'revisions'] as const;
type View = (typeof views)[number];

export function HistoryPage() {
  const t = useT('history');
  const [, params] = useRoute('/history/:id');
  const id = params === null ? undefined : decodeURIComponent(params.id);
  const view: View = id === 'revisions' ? 'revisions' : 'timeline';
  const version = useVersion();
  return (
    <ViewsPage<View>
      title={t('title')}
      label={t('views')}
      views={views.map((value) => ({ value, label: t(`view.${value}`) }))}
      view={view}
      onView={(next) => navigate(routes.history(next === 'timeline' ? undefined : next))}
    >
      {view === 'timeline' ? <Timeline id={id} version={version} /> : <Revisions version={version} />}
    </ViewsPage>
  );
}
