// In the editor's bar: whether the workflow starts by itself, when, and a switch for each trigger that can.

import { type RefObject, useEffect, useMemo, useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { Job } from '../../../../shared/model/job.ts';
import type { WorkflowNode } from '../../../../shared/model/workflow.ts';
import { client, toAppError } from '../../../api/index.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { getT, useT } from '../../../strings/index.ts';
import { Button, cn, ErrorNote, Icon, Popover, Switch, toast, toastError, useDialog, When } from '../../../ui/index.ts';
import type { Autosave } from '../editor/autosave.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { descriptorOf, summaryOf, titleOf } from '../model/catalog.ts';
import { liveTriggers } from '../model/trigger-grant.ts';
import { JobDialog } from './job-dialog.tsx';
import { useJobs } from './use-jobs.ts';

interface Trigger {
  node: WorkflowNode;
  title: string;
  /** When it starts runs, in words. */
  when: string;
  icon: string;
  job: Job | undefined;
}

/** The triggers of the open graph with what the host says of them; their being on is told to the canvas. */
function useTriggers(id: WorkflowId): { triggers: readonly Trigger[]; put(job: Job): void } {
  const editor = useEditorStore();
  const document = useEditor((state) => state.history.document);
  const catalog = useEditor((state) => state.catalog);
  const { jobs, put } = useJobs();
  const triggers = useMemo(
    () =>
      liveTriggers(document).map((node): Trigger => {
        const descriptor = descriptorOf(catalog, node);
        const job = jobs?.find((candidate) => candidate.workflow === id && candidate.node === node.id);
        const title = titleOf(node, descriptor);
        // What the host says holds for the stored graph; of a trigger that is off, the graph here is the newest word.
        const when = (job?.isOn === true ? job.when : summaryOf(descriptor, node.config)) || title;
        return { node, title, when, icon: descriptor?.icon ?? 'zap', job };
      }),
    [document, catalog, jobs, id],
  );
  useEffect(() => {
    editor.setState({ liveTriggers: new Set(triggers.filter(({ job }) => job?.isOn === true).map(({ node }) => node.id)) });
  }, [editor, triggers]);
  return { triggers, put };
}

export function TriggersControl({ id, autosave }: { id: WorkflowId; autosave: RefObject<Autosave | undefined> }) {
  const t = useT('triggers');
  const { triggers, put } = useTriggers(id);
  const [open, setOpen] = useState(false);
  const asking = useDialog<Trigger>();
  const name = useEditor((state) => state.history.document.name);
  if (triggers.length === 0) return null;

  const change = (trigger: Trigger, isOn: boolean) => {
    if (isOn) {
      setOpen(false);
      asking.show(trigger);
    } else if (trigger.job !== undefined) void turnOff(trigger.job, put);
  };
  const save = async (): Promise<boolean> => {
    const isSaved = (await autosave.current?.flush()) ?? true;
    if (!isSaved) toast({ tone: 'bad', title: getT('triggers')('notSaved') });
    return isSaved;
  };
  const on = triggers.filter(({ job }) => job?.isOn === true);
  const [only] = triggers;
  const single = triggers.length === 1 ? only : undefined;
  const isTroubled = on.some(({ job }) => job?.trouble !== undefined);
  const words =
    single?.when ?? (on.length === 0 ? t('count', { count: triggers.length }) : t('countOn', { on: on.length, count: triggers.length }));
  return (
    <span
      className={cn(
        'ml-1.5 flex h-7 items-center rounded-sm border border-line-2 bg-raised',
        single === undefined ? 'min-w-9' : 'min-w-[78px]',
      )}
    >
      <Popover
        open={open}
        onOpenChange={setOpen}
        title={t('label')}
        className="w-84"
        trigger={
          <button
            type="button"
            aria-label={t('details', { words })}
            className={cn(
              'flex h-full min-w-0 items-center gap-1.5 rounded-sm px-2.5 font-medium text-ink',
              single !== undefined && 'pr-1',
            )}
          >
            <Icon
              name={isTroubled ? 'circle-alert' : (single?.icon ?? 'calendar-clock')}
              size={15}
              className={cn('shrink-0', isTroubled ? 'text-bad' : 'text-ink-2')}
            />
            <span className="wf-when">{words}</span>
          </button>
        }
      >
        <ul className="m-0 flex list-none flex-col divide-y divide-line p-0">
          {triggers.map((trigger) => (
            <Row
              key={trigger.node.id}
              trigger={trigger}
              onSwitch={(isOn) => change(trigger, isOn)}
              onEdit={() => {
                setOpen(false);
                asking.show(trigger);
              }}
            />
          ))}
        </ul>
      </Popover>
      {single !== undefined && (
        <Switch
          className="mr-2 ml-1"
          aria-label={t(single.job?.isOn === true ? 'switchOff' : 'switchOn', { title: single.title })}
          checked={single.job?.isOn === true}
          onChange={(isOn) => change(single, isOn)}
        />
      )}
      {asking.subject !== undefined && (
        <JobDialog
          {...asking.props}
          key={asking.subject.node.id}
          workflow={id}
          node={asking.subject.node.id}
          title={name}
          job={asking.subject.job}
          before={save}
          onDone={(job) => {
            put(job);
            toast({ tone: 'ok', title: getT('triggers')(asking.subject?.job?.isOn === true ? 'saved' : 'turnedOn', { title: job.title }) });
          }}
        />
      )}
    </span>
  );
}

async function turnOff(job: Job, put: (job: Job) => void): Promise<void> {
  try {
    put(await client.jobs.turnOff({ id: job.id }));
    toast(getT('triggers')('turnedOff', { title: job.title }));
  } catch (thrown) {
    toastError(toAppError(thrown));
  }
}

function Row({ trigger, onSwitch, onEdit }: { trigger: Trigger; onSwitch(isOn: boolean): void; onEdit(): void }) {
  const t = useT('triggers');
  const { job, title, when } = trigger;
  const isOn = job?.isOn === true;
  return (
    <li className="flex flex-col gap-1.5 py-2.5 first:pt-0.5 last:pb-0.5">
      <div className="flex items-start gap-2.5">
        <Icon name={trigger.icon} size={15} className="mt-[2.5px] shrink-0 text-ink-3" />
        <div className="min-w-0 flex-1">
          <div className="truncate font-medium text-ink">{when}</div>
          {when !== title && <div className="truncate text-ink-3 text-sm">{title}</div>}
          <div className="text-ink-2 text-sm">
            {!isOn ? (
              t('offText')
            ) : job.nextDueAt === undefined ? (
              t('noNext')
            ) : (
              <>
                {t('next')}
                <When at={job.nextDueAt} />
              </>
            )}
          </div>
        </div>
        <Switch aria-label={t(isOn ? 'switchOff' : 'switchOn', { title })} checked={isOn} onChange={onSwitch} />
      </div>
      {isOn && job.trouble !== undefined && <ErrorNote error={job.trouble} />}
      {isOn && job.changes !== undefined && <p className="m-0 pl-[25px] text-sm text-wait">{t('changed')}</p>}
      {job !== undefined && (
        <div className="flex gap-2 pl-[25px]">
          {isOn && (
            <Button size="s" icon="shield-check" onClick={onEdit}>
              {t('mayDo')}
            </Button>
          )}
          <Button size="s" variant="ghost" icon="arrow-right" onClick={() => navigate(routes.jobs(job.id))}>
            {t('openJob')}
          </Button>
        </div>
      )}
    </li>
  );
}
