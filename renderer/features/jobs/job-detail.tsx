// One job: whether it is on, when it starts, what it may do, what comes and what came of what was due.

import { useState } from 'react';
import type { InboxItem } from '../../../shared/model/grant.ts';
import type { Job } from '../../../shared/model/job.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import {
  Button,
  ConfirmDialog,
  ErrorNote,
  Field,
  Icon,
  IconButton,
  Menu,
  MenuItem,
  Switch,
  toastError,
  useDialog,
} from '../../ui/index.ts';
import { JobDialog } from '../workflow/index.ts';
import { ChangedNote } from './changed-note.tsx';
import { GrantSummary } from './grant-summary.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobRuns } from './job-runs.tsx';
import { JobTimes } from './job-times.tsx';
import { WebhookBox } from './webhook-box.tsx';

interface Props {
  job: Job;
  /** Its open questions. */
  waiting: readonly InboxItem[];
  onChanged(job: Job): void;
}

export function JobDetail({ job, waiting, onChanged }: Props) {
  const t = useT('jobs');
  const short = useWithTilde();
  const editing = useDialog();
  const removal = useDialog();
  const first = waiting[0];
  return (
    <div className="flex w-full max-w-[760px] flex-col gap-6 px-6 pb-10">
      <Header job={job} onChanged={onChanged} onEdit={() => editing.show()} onRemove={() => removal.show()} />
      {job.isOn && job.trouble !== undefined && (
        <ErrorNote error={{ ...job.trouble, message: short(job.trouble.message) }} className="-mt-3" />
      )}
      {first !== undefined && (
        <div className="-mt-3 flex flex-wrap items-center gap-2 rounded-sm bg-wait-soft px-2.5 py-2 text-wait">
          <Icon name="hand" size={15} className="shrink-0" />
          <span className="min-w-0 flex-1">{t('waiting', { count: waiting.length })}</span>
          <Button size="s" onClick={() => navigate(routes.inbox(first.id))}>
            {t('answer')}
          </Button>
        </div>
      )}
      {job.isOn && job.changes !== undefined && <Changed job={job} onChanged={onChanged} />}
      <JobFacts job={job} />
      {job.kind === 'trigger.webhook' && <WebhookBox job={job} />}
      <GrantSummary job={job} onEdit={() => editing.show()} />
      <JobTimes job={job} />
      <JobRuns job={job} />
      <JobDialog {...editing.props} workflow={job.workflow} node={job.node} title={job.title} job={job} onDone={onChanged} />
      <ConfirmDialog
        {...removal.props}
        title={t('removeTitle', { title: job.title })}
        text={t('removeText')}
        action={t('removeAction')}
        onConfirm={async () => {
          await client.jobs.remove({ id: job.id });
          navigate(routes.jobs(), { replace: true });
        }}
      />
    </div>
  );
}

function Changed({ job, onChanged }: Pick<Props, 'job' | 'onChanged'>) {
  const [isBusy, setBusy] = useState(false);
  const { workflow, node, grant, inputs } = job;
  const agree = (): void => {
    setBusy(true);
    client.jobs
      .turnOn({ workflow, node, grant, inputs })
      .then(onChanged, (thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  return (
    <div className="-mt-3">
      <ChangedNote changes={job.changes} onAgree={agree} busy={isBusy} />
    </div>
  );
}

function Header({ job, onChanged, onEdit, onRemove }: Omit<Props, 'waiting'> & { onEdit(): void; onRemove(): void }) {
  const t = useT('jobs');
  const [isBusy, setBusy] = useState(false);
  const act = (work: () => Promise<unknown>): void => {
    setBusy(true);
    work()
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  const change = async (isOn: boolean): Promise<void> => {
    if (!isOn) return onChanged(await client.jobs.turnOff({ id: job.id }));
    const { workflow, node, grant, inputs } = job;
    try {
      onChanged(await client.jobs.turnOn({ workflow, node, grant, inputs }));
    } catch (thrown) {
      // Most often the workflow has changed since: the form shows what it needs now.
      onEdit();
      throw thrown;
    }
  };
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 pt-3">
      <h2 className="m-0 min-w-0 flex-1 basis-56 truncate font-semibold text-ink text-lg">{job.title}</h2>
      <div className="flex items-center gap-3">
        <Field inline label={t(job.isOn ? 'isOn' : 'isOff')} className="items-center gap-2">
          <span className="flex">
            <Switch checked={job.isOn} disabled={isBusy} onChange={(isOn) => act(() => change(isOn))} />
          </span>
        </Field>
        <Button
          icon="play"
          loading={isBusy}
          title={t('runNowHint')}
          onClick={() => act(async () => navigate(routes.runs((await client.jobs.runNow({ id: job.id })).id)))}
        >
          {t('runNow')}
        </Button>
        <Menu trigger={<IconButton label={t('menu')} icon="ellipsis" />}>
          <MenuItem icon="workflow" onSelect={() => navigate(routes.workflows(job.workflow))}>
            {t('openWorkflow')}
          </MenuItem>
          <MenuItem icon="trash-2" danger onSelect={onRemove}>
            {t('remove')}
          </MenuItem>
        </Menu>
      </div>
    </header>
  );
}
