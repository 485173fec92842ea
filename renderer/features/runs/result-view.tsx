import type { ReactNode } from 'react';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunView } from '../../../shared/model/run-view.ts';
import { useT } from '../../strings/index.ts';
import { Button, SectionTitle, SkeletonRows } from '../../ui/index.ts';
import { isGoing, RunResult } from '../workflow/index.ts';

interface Props {
  run: RunSummary;
  view: RunView;
  /** Its events have come. */
  isOpen: boolean;
  onSteps(): void;
}

/** What the run gave, whole, and below it what it was given. */
export function ResultView({ run, view, isOpen, onSteps }: Props) {
  const t = useT('runs');
  const { outputs = {}, large, inputs } = view;
  const isEmpty = Object.keys(outputs).length === 0 && large === undefined;
  if (!isOpen)
    return (
      <div className="p-3">
        <SkeletonRows count={6} />
      </div>
    );
  return (
    <section
      className="flex h-full flex-col gap-5 overflow-y-auto px-4 pt-3 pb-8 focus-visible:-outline-offset-2"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={t('result')}
    >
      <Part title={t('gave')}>
        {isEmpty ? (
          <div className="flex flex-wrap items-center gap-3">
            <p className="m-0 text-ink-2">{t(emptyWords(run))}</p>
            <Button size="s" icon="list" onClick={onSteps}>
              {t('to-steps')}
            </Button>
          </div>
        ) : (
          <RunResult outputs={outputs} large={large && { run, values: large }} isDocked={false} />
        )}
      </Part>
      <Part title={t('given')}>
        {Object.keys(inputs).length === 0 ? (
          <p className="m-0 text-ink-2">{t('nothing-given')}</p>
        ) : (
          <RunResult outputs={inputs} isDocked={false} />
        )}
      </Part>
    </section>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="flex flex-col gap-1">
    <SectionTitle>{title}</SectionTitle>
    {children}
  </section>
);

function emptyWords({ status }: RunSummary) {
  if (isGoing(status)) return 'gave-nothing-yet';
  return status === 'failed' ? 'gave-failed' : status === 'cancelled' ? 'gave-stopped' : 'gave-nothing';
}
