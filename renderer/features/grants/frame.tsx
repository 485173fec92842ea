// The head of the page of grants, the same above each of its views.

import type { ReactNode } from 'react';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { SegmentedControl } from '../../ui/index.ts';

const views = ['standing', 'try', 'decisions'] as const;
type View = (typeof views)[number];

export function Frame({ view, actions, children }: { view: View; actions?: ReactNode; children: ReactNode }) {
  const t = useT('grants');
  return (
    <div className="flex h-full min-h-0 min-w-0 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-4 border-line border-b px-5">
        <h1 className="m-0 font-semibold text-ink text-lg">{t('title')}</h1>
        <SegmentedControl<View>
          aria-label={t('views')}
          value={view}
          onChange={(next) => navigate(routes.grants(next === 'standing' ? undefined : next))}
          items={views.map((value) => ({ value, label: t(`view.${value}`) }))}
        />
        {actions === undefined ? null : <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export const Column = ({ children }: { children: ReactNode }) => (
  <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-10">
    <div className="flex max-w-[760px] flex-col gap-6 pt-4">{children}</div>
  </div>
);
