import type { ReactNode } from 'react';
import { SegmentedControl } from './tabs.tsx';

export interface ViewsPageProps<View extends string> {
  title: ReactNode;
  /** What the choice of views is called. */
  label: string;
  views: readonly { value: View; label: string }[];
  view: View;
  onView(view: View): void;
  actions?: ReactNode;
  /** Fills what is below the title, and scrolls itself. */
  children: ReactNode;
}

/** A page that is one of several views, chosen beside its title. */
export function ViewsPage<View extends string>({ title, label, views, view, onView, actions, children }: ViewsPageProps<View>): ReactNode {
  return (
    <div className="flex h-full min-h-0 min-w-0 flex-col">
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-5 py-2">
        <h1 className="m-0 font-semibold text-ink text-lg">{title}</h1>
        <SegmentedControl<View> aria-label={label} value={view} onChange={onView} items={[...views]} />
        {actions === undefined ? null : <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
