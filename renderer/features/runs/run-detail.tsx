// One run: what it gave, the graph as it was, its steps with times and data, what differs from another run, and what can be done.

import { useCallback, useEffect, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import { type RunId, runId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunView } from '../../../shared/model/run-view.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { client, useCall, useStream } from '../../api/index.ts';
import { navigate, routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ConfirmDialog, ErrorNote, ErrorState, Skeleton, Tabs, useDialog } from '../../ui/index.ts';
import {
  ForkDialog,
  type ForkSubject,
  HeldLine,
  isGoing,
  RunCanvas,
  stepTitle,
  useNodeTitles,
  useRunCommands,
  useRunView,
} from '../workflow/index.ts';
import { CompareView } from './compare-view.tsx';
import { CutOff } from './cut-off.tsx';
import { ReplayNote } from './replay-note.tsx';
import { ResultView } from './result-view.tsx';
import { RunHeader } from './run-header.tsx';
import { kindOf, type ListedKind } from './run-list-model.ts';
import { StepsTable } from './steps-table.tsx';

interface Props {
  id: string;
  jobTitles: ReadonlyMap<string, string> | undefined;
  onKind(kind: ListedKind): void;
  onClose(): void;
  onRemoved(id: string): void;
}

type Loaded = Awaited<ReturnType<typeof client.runs.get>>;

/** The run, kept current by the host's word on every run. */
function useRun(id: RunId): { loaded: Loaded | undefined; run: RunSummary | undefined; error: AppError | undefined; reload(): void } {
  const loaded = useCall((signal) => client.runs.get({ id }, { signal }), [id]);
  const [fresh, setFresh] = useState<RunSummary>();
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (changed) => {
      const mine = changed.find((run) => run.id === id);
      if (mine !== undefined) setFresh(mine);
    },
    [id],
  );
  return { loaded: loaded.data, run: fresh ?? loaded.data?.run, error: loaded.error, reload: loaded.reload };
}

export function RunDetail({ id: text, jobTitles, onKind, onClose, onRemoved }: Props) {
  const t = useT('runs');
  const id = runId.parse(text);
  const { loaded, run, error, reload } = useRun(id);
  const short = useWithTilde();
  const removal = useDialog();
  const fork = useDialog<ForkSubject>();
  const [view, setView] = useState<View>();
  const titles = useNodeTitles(loaded?.document);
  const titleOf = useCallback((step: string, node?: string) => stepTitle(titles, step, node), [titles]);
  const kind = run && kindOf(run);
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, when it is known
  useEffect(() => {
    if (kind !== undefined) onKind(kind);
  }, [kind]);
  if (loaded === undefined || run === undefined)
    return error === undefined ? (
      <div className="flex flex-col gap-3 p-4" aria-busy="true">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="w-72" />
      </div>
    ) : (
      <ErrorState error={error} onRetry={reload} />
    );
  const start = loaded.events.find(({ event }) => event.type === 'run-start')?.event;
  return (
    <>
      <RunHeader
        run={run}
        inputs={start?.type === 'run-start' ? start.inputs : {}}
        document={loaded.document}
        jobTitles={jobTitles}
        titleOf={titleOf}
        onFork={() => fork.show({ run })}
        onCompare={() => setView('compare')}
        onClose={onClose}
        onRemove={() => removal.show()}
      />
      {run.error !== undefined && run.error.code !== 'replay-differs' && (
        <ErrorNote error={{ ...run.error, message: short(run.error.message) }} className="mx-4 mb-2 shrink-0" />
      )}
      {run.status === 'waiting' && <CutOff run={id} />}
      <Views run={run} loaded={loaded} titleOf={titleOf} view={view} onView={setView} />
      <ForkDialog {...fork.props} subject={fork.subject} onForked={(fresh) => navigate(routes.runs(fresh.id))} />
      <ConfirmDialog
        {...removal.props}
        title={t('delete-title', { number: run.number })}
        text={t('delete-text')}
        action={t('delete')}
        onConfirm={async () => {
          await client.runs.remove({ id });
          onRemoved(id);
        }}
      />
    </>
  );
}

type View = 'result' | 'graph' | 'steps' | 'compare';

interface ViewsProps {
  run: RunSummary;
  loaded: Loaded;
  titleOf(step: string, node?: string): string;
  view: View | undefined;
  onView(view: View): void;
}

function Views({ run, loaded, titleOf, view: wanted, onView }: ViewsProps) {
  const t = useT('runs');
  const { document } = loaded;
  const live = useRunView(run.id);
  const commands = useRunCommands(run.id);
  const view = wanted ?? (document === undefined ? 'steps' : 'graph');
  const items: { value: View; label: string }[] = [
    ...(run.kind === 'workflow' ? [{ value: 'result' as const, label: t('result') }] : []),
    ...(document === undefined ? [] : [{ value: 'graph' as const, label: t('graph') }]),
    { value: 'steps', label: t('steps') },
    ...(view === 'compare' ? [{ value: 'compare' as const, label: t('compare') }] : []),
  ];
  return (
    <>
      {run.origin.kind === 'replay' && <ReplayNote run={run} source={run.origin.run} view={live.view} titleOf={titleOf} />}
      {isGoing(run.status) && (
        <HeldLine status={run.status} view={live.view} commands={commands} titleOf={titleOf} className="shrink-0 border-line border-t" />
      )}
      <Tabs<View> aria-label={t('view')} items={items} value={view} onChange={onView} className="px-4" />
      <div className="min-h-0 flex-1">
        <Chosen
          run={run}
          document={document}
          live={live}
          leftOut={loaded.leftOut}
          titleOf={titleOf}
          view={view}
          onSteps={() => onView('steps')}
          onStop={commands.stop}
        />
      </div>
    </>
  );
}

interface ChosenProps {
  run: RunSummary;
  document: WorkflowDocument | undefined;
  live: { view: RunView; isOpen: boolean; error: AppError | undefined };
  leftOut: number | undefined;
  titleOf(step: string, node?: string): string;
  view: View;
  onSteps(): void;
  onStop(): void;
}

function Chosen({ run, document, live, leftOut, titleOf, view, onSteps, onStop }: ChosenProps) {
  if (view === 'result') return <ResultView run={run} view={live.view} isOpen={live.isOpen} onSteps={onSteps} />;
  if (view === 'compare') return <CompareView run={run} inputs={live.view.inputs} titleOf={titleOf} />;
  if (view === 'graph' && document !== undefined)
    return <RunCanvas run={run} document={document} onStop={onStop} onInbox={(item) => navigate(routes.inbox(item))} />;
  return <StepsTable run={run} live={live} leftOut={leftOut} hasGraph={document !== undefined} titleOf={titleOf} />;
}
