// The head of the page of grants, the same above each of its views.

import type { ReactNode } from 'react';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, ViewsPage } from '../../ui/index.ts';

const views = ['standing', 'try', 'decisions'] as const;
type View = (typeof views)[number];

export function Frame({ view, actions, children }: { view: View; actions?: ReactNode; children: ReactNode }) {
  const t = useT('grants');
  return (
    <ViewsPage<View>
      title={t('title')}
      label={t('views')}
      views={views.map((value) => ({ value, label: t(`view.${value}`) }))}
      view={view}
      onView={(next) => navigate(routes.grants(next === 'standing' ? undefined : next))}
      actions={actions}
    >
      {children}
    </ViewsPage>
  );
}

/** `wide` for lists; forms are narrower. */
export const Column = ({ wide = false, children }: { wide?: boolean; children: ReactNode }) => (
  <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-10">
    <div className={cn('flex flex-col gap-6 pt-4', wide ? 'mx-auto w-full max-w-[1120px]' : 'max-w-[760px]')}>{children}</div>
  </div>
);
