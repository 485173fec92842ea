// What was changed, by whom, and the way back: change sets on a timeline, and revisions of the configuration.

import { useRoute } from 'wouter';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { SegmentedControl } from '../../ui/index.ts';
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
    <div className="flex h-full min-h-0 min-w-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-4 border-line border-b px-5">
        <h1 className="m-0 font-semibold text-ink text-lg">{t('title')}</h1>
        <SegmentedControl<View>
          aria-label={t('views')}
          value={view}
          onChange={(next) => navigate(routes.history(next === 'timeline' ? undefined : next))}
          items={views.map((value) => ({ value, label: t(`view.${value}`) }))}
        />
      </header>
      {view === 'timeline' ? <Timeline id={id} version={version} /> : <Revisions version={version} />}
    </div>
  );
}
