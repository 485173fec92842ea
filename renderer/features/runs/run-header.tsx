// A run's name, number, state and origin, and what can be done with it: while it goes, and when it is over.

import { useState } from 'react';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { getT, useT } from '../../strings/index.ts';
import { Button, formatDateTime, IconButton, Menu, MenuItem, MenuSeparator, toastError } from '../../ui/index.ts';
import { RunChanges } from '../history/index.ts';
import { isGoing, OriginLink, RunState, useRunCommands } from '../workflow/index.ts';
import { kindNames, kindOf } from './run-list-model.ts';

interface Props {
  run: RunSummary;
  inputs: Record<string, JsonValue>;
  /** The graph as it was. */
  document: WorkflowDocument | undefined;
  jobTitles: ReadonlyMap<string, string> | undefined;
  titleOf(step: string): string;
  onFork(): void;
  onCompare(): void;
  onClose(): void;
  onRemove(): void;
}

export function RunHeader(props: Props) {
  const t = useT('runs');
  const { run, onClose } = props;
  return (
    <header className="flex min-h-12 shrink-0 items-start gap-1.5 py-2 pr-3 pl-4">
      <div className="flex min-w-0 flex-1 flex-wrap items-start gap-x-3 gap-y-1">
        <div className="min-w-48 flex-1">
          <div className="flex min-w-0 items-center gap-2.5">
            <h2 className="min-w-0 truncate font-semibold text-ink text-lg">{run.title}</h2>
            <RunState status={run.status} className="shrink-0" />
          </div>
          {/* In two lines where its actions leave it little room: where it came from is not cut off. */}
          <p className="m-0 line-clamp-2 text-ink-3 text-sm">
            {t(kindNames[kindOf(run)], { number: run.number })} · {formatDateTime(run.startedAt)} ·{' '}
            <OriginLink origin={run.origin} jobs={props.jobTitles} titleOf={props.titleOf} />
          </p>
        </div>
        <div className="mt-1.5 flex shrink-0 items-center gap-1.5">
          <RunChanges run={run.id} ended={!isGoing(run.status)} />
          {isGoing(run.status) ? <GoingActions run={run} /> : <OverActions {...props} />}
          <MoreMenu {...props} />
        </div>
      </div>
      {/* In its corner, also where the others have a line of their own. */}
      <IconButton label={t('close')} icon="x" className="mt-1.5" onClick={onClose} />
    </header>
  );
}

function GoingActions({ run }: { run: RunSummary }) {
  const t = useT('runs');
  const tPast = useT('past');
  const commands = useRunCommands(run.id);
  return (
    <>
      {run.kind === 'workflow' && (run.status === 'running' || run.status === 'waiting') && (
        <Button icon="pause" title={tPast('commands.pause-hint')} loading={commands.isBusy} onClick={commands.pause}>
          {tPast('commands.pause')}
        </Button>
      )}
      <Button icon="square" loading={commands.isBusy} onClick={commands.stop}>
        {t('stop')}
      </Button>
    </>
  );
}

/** Starts something and goes to the run that comes of it; what fails is told. */
function useStarting() {
  const [isBusy, setBusy] = useState(false);
  const start = (work: () => Promise<RunSummary>) => {
    if (isBusy) return;
    setBusy(true);
    work()
      .then((run) => navigate(routes.runs(run.id)))
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  return { isBusy, start };
}

const again = ({ run, inputs, document }: Props, stepThrough: boolean): Promise<RunSummary> => {
  const more = { inputs, ...(stepThrough ? { stepThrough } : {}) };
  if (run.workflow !== undefined) return client.runs.start({ workflow: { id: run.workflow }, ...more });
  if (document !== undefined) return client.runs.start({ workflow: { document }, ...more });
  return Promise.reject(new AppError('run-has-no-graph', getT('runs')('no-graph', { number: run.number })));
};

function OverActions(props: Props) {
  const t = useT('runs');
  const { isBusy, start } = useStarting();
  const { run, document, onCompare } = props;
  if (run.kind !== 'workflow' || document === undefined) return null;
  return (
    <>
      <Button icon="rotate-cw" loading={isBusy} onClick={() => start(() => again(props, false))}>
        {t('rerun')}
      </Button>
      <Button icon="git-compare" className="max-[1180px]:hidden" onClick={onCompare}>
        {t('compare-with')}
      </Button>
    </>
  );
}

function MoreMenu(props: Props) {
  const t = useT('runs');
  const { start } = useStarting();
  const { run, document, onFork, onCompare, onRemove } = props;
  const { workflow, origin } = run;
  const isOver = !isGoing(run.status);
  const hasGraph = run.kind === 'workflow' && document !== undefined;
  return (
    <Menu trigger={<IconButton label={t('menu')} icon="ellipsis" />}>
      {hasGraph && isOver && (
        <>
          <MenuItem icon="git-fork" onSelect={onFork}>
            {t('fork')}
          </MenuItem>
          <MenuItem icon="history" onSelect={() => start(() => client.runs.replay({ id: run.id }))}>
            {t('replay')}
          </MenuItem>
          <MenuItem icon="git-compare" onSelect={onCompare}>
            {t('compare-with')}
          </MenuItem>
          <MenuItem icon="step-forward" onSelect={() => start(() => again(props, true))}>
            {t('rerun-stepwise')}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      {run.kind === 'turn' && (origin.kind === 'chat' || origin.kind === 'replay') && isOver && (
        <>
          <MenuItem icon="history" onSelect={() => start(() => client.runs.replay({ id: run.id }))}>
            {t('replay')}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon="scroll-text" onSelect={() => navigate(routes.log('run', run.id))}>
        {t('open-log')}
      </MenuItem>
      {workflow !== undefined && (
        <MenuItem icon="workflow" onSelect={() => navigate(routes.workflows(workflow))}>
          {t('open-workflow')}
        </MenuItem>
      )}
      {origin.kind === 'chat' && (
        <MenuItem icon="message-square" onSelect={() => navigate(routes.chat(origin.conversation))}>
          {t('open-chat')}
        </MenuItem>
      )}
      {origin.kind === 'sub-workflow' && (
        <MenuItem icon="corner-down-right" onSelect={() => navigate(routes.runs(origin.run))}>
          {t('open-parent')}
        </MenuItem>
      )}
      <MenuItem icon="trash-2" danger disabled={!isOver} onSelect={onRemove}>
        {t('delete')}
      </MenuItem>
    </Menu>
  );
}
