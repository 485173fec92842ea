// One run: the graph as it was with what flowed, its steps with times and data, and what can be done with it.

import { useState } from 'react';
import { runId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Button,
  ConfirmDialog,
  ErrorNote,
  ErrorState,
  formatDateTime,
  IconButton,
  Menu,
  MenuItem,
  SegmentedControl,
  Skeleton,
  toastError,
  useDialog,
} from '../../ui/index.ts';
import { isGoing, RunCanvas, RunResult, RunState, useOriginWords } from '../workflow/index.ts';
import { StepsTable } from './steps-table.tsx';

interface Props {
  id: string;
  onClose(): void;
  onRemoved(id: string): void;
}

export function RunDetail({ id: text, onClose, onRemoved }: Props) {
  const t = useT('runs');
  const id = runId.parse(text);
  const loaded = useCall((signal) => client.runs.get({ id }, { signal }), [id]);
  const [fresh, setFresh] = useState<RunSummary>();
  useStream(
    (signal) => client.runs.watchList(undefined, { signal }),
    (changed) => {
      const mine = changed.find((run) => run.id === id);
      if (mine === undefined) return;
      setFresh(mine);
      // The kept events are read once more when it ends; until then the steps come over the run's own stream.
      if (!isGoing(mine.status)) loaded.reload();
    },
    [id],
  );
  const removal = useDialog();
  if (loaded.data === undefined)
    return loaded.error === undefined ? (
      <div className="flex flex-col gap-3 p-4" aria-busy="true">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="w-72" />
      </div>
    ) : (
      <ErrorState error={loaded.error} onRetry={loaded.reload} />
    );
  const { document, events } = loaded.data;
  const run = fresh ?? loaded.data.run;
  const started = events.find(({ event }) => event.type === 'run-start')?.event;
  const inputs = started?.type === 'run-start' ? started.inputs : {};
  const ended = events.findLast(({ event }) => event.type === 'run-end')?.event;
  const outputs = run.kind === 'workflow' && ended?.type === 'run-end' ? ended.outputs : undefined;
  return (
    <>
      <Header run={run} inputs={inputs} hasGraph={document !== undefined} onClose={onClose} onRemove={() => removal.show()} />
      {run.error !== undefined && <ErrorNote error={run.error} className="mx-4 mb-2 shrink-0" />}
      {outputs !== undefined && Object.keys(outputs).length > 0 && (
        <div className="shrink-0 px-1">
          <RunResult outputs={outputs} />
        </div>
      )}
      <Views run={run} detail={loaded.data} />
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

type Detail = Awaited<ReturnType<typeof client.runs.get>>;

function Views({ run, detail }: { run: RunSummary; detail: Detail }) {
  const t = useT('runs');
  const { document } = detail;
  const [view, setView] = useState<'graph' | 'steps'>(document === undefined ? 'steps' : 'graph');
  const stop = () => void client.runs.cancel({ id: run.id }).catch((thrown: unknown) => toastError(toAppError(thrown)));
  return (
    <>
      {document !== undefined && (
        <div className="shrink-0 px-4 pb-2">
          <SegmentedControl<'graph' | 'steps'>
            aria-label={t('view')}
            value={view}
            onChange={setView}
            items={[
              { value: 'graph', label: t('graph'), icon: 'workflow' },
              { value: 'steps', label: t('steps'), icon: 'list' },
            ]}
          />
        </div>
      )}
      <div className="min-h-0 flex-1 border-line border-t">
        {view === 'graph' && document !== undefined ? (
          <RunCanvas run={detail.run} document={document} onStop={stop} onInbox={(item) => navigate(routes.inbox(item))} />
        ) : (
          <StepsTable run={detail.run} document={document} />
        )}
      </div>
    </>
  );
}

interface HeaderProps {
  run: RunSummary;
  inputs: Record<string, JsonValue>;
  hasGraph: boolean;
  onClose(): void;
  onRemove(): void;
}

function Header({ run, inputs, onClose, onRemove }: HeaderProps) {
  const t = useT('runs');
  const origin = useOriginWords();
  const [isBusy, setBusy] = useState(false);
  const act = (work: () => Promise<unknown>) => {
    setBusy(true);
    work()
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  const { workflow } = run;
  const conversation = run.origin.kind === 'chat' ? run.origin.conversation : undefined;
  return (
    <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2">
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-center gap-2.5">
          <h2 className="min-w-0 truncate text-lg font-semibold text-ink">{run.title}</h2>
          <RunState status={run.status} className="shrink-0" />
        </div>
        <p className="truncate text-sm text-ink-3">
          {t('number', { number: run.number })} · {formatDateTime(run.startedAt)} · {origin(run.origin)}
        </p>
      </div>
      {isGoing(run.status) && (
        <Button icon="square" loading={isBusy} onClick={() => act(() => client.runs.cancel({ id: run.id }))}>
          {t('stop')}
        </Button>
      )}
      {workflow !== undefined && !isGoing(run.status) && (
        <Button
          icon="rotate-cw"
          loading={isBusy}
          onClick={() => act(async () => navigate(routes.runs((await client.runs.start({ workflow: { id: workflow }, inputs })).id)))}
        >
          {t('rerun')}
        </Button>
      )}
      <Menu trigger={<IconButton label={t('menu')} icon="ellipsis" />}>
        {workflow !== undefined && (
          <MenuItem icon="workflow" onSelect={() => navigate(routes.workflows(workflow))}>
            {t('open-workflow')}
          </MenuItem>
        )}
        {conversation !== undefined && (
          <MenuItem icon="message-square" onSelect={() => navigate(routes.chat(conversation))}>
            {t('open-chat')}
          </MenuItem>
        )}
        <MenuItem icon="trash-2" danger disabled={isGoing(run.status)} onSelect={onRemove}>
          {t('delete')}
        </MenuItem>
      </Menu>
      <IconButton label={t('close')} icon="x" onClick={onClose} />
    </header>
  );
}
