// "What may it do while you are away?": the grant and the inputs of a trigger that is turned on, or of a job that is changed.
// Proposes what the graph names; gives nothing by itself.

import { useMemo, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import type { Grant } from '../../../../shared/model/grant.ts';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import type { Job } from '../../../../shared/model/job.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { useWithTilde } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog, ErrorNote, ErrorState, Icon, SectionTitle, SkeletonRows } from '../../../ui/index.ts';
import { type Catalog, catalogOf } from '../model/catalog.ts';
import { draftOf, readDraft, runInputs } from '../model/run-inputs.ts';
import { isNothing, joined, missingFrom, usedBy } from '../model/trigger-grant.ts';
import { InputFields } from '../run/input-fields.tsx';
import { GrantForm } from './grant-form.tsx';

export interface JobDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  workflow: WorkflowId;
  node: string;
  title: string;
  /** The job that the trigger has already, on or off. */
  job: Job | undefined;
  /** Before it is sent, e.g. to save the graph; false keeps the dialog. */
  before?: () => Promise<boolean>;
  onDone(job: Job): void;
}

/** The graph as it is stored, once what was unsaved is saved. */
async function load(props: Pick<JobDialogProps, 'workflow' | 'before'>, signal: AbortSignal) {
  await props.before?.();
  const [document, types] = await Promise.all([
    client.workflows.get({ id: props.workflow }, { signal }),
    client.workflows.listNodeTypes(undefined, { signal }),
  ]);
  return { document: document as WorkflowDocument, catalog: catalogOf(types) };
}

export function JobDialog(props: JobDialogProps) {
  const t = useT('triggers');
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t('title')} description={t('text', { title: props.title })}>
      {props.open && <Body {...props} />}
    </Dialog>
  );
}

function Body(props: JobDialogProps) {
  const t = useT('triggers');
  const { workflow } = props;
  const found = useCall((signal) => load(props, signal), [workflow]);
  if (found.data === undefined)
    return found.error === undefined ? (
      <SkeletonRows count={8} />
    ) : (
      <ErrorState error={found.error} onRetry={found.reload} safe={t('safe')} />
    );
  return <Form {...props} {...found.data} />;
}

function Form({
  document,
  catalog,
  workflow,
  node,
  job,
  before,
  onDone,
  onOpenChange,
}: JobDialogProps & { document: WorkflowDocument; catalog: Catalog }) {
  const t = useT('triggers');
  const inputs = useMemo(() => runInputs(document), [document]);
  const [draft, setDraft] = useState(() => draftOf(inputs, job?.inputs ?? {}));
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [own, setOwn] = useState<Grant | undefined>(job?.grant);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError>();
  const read = readDraft(inputs, draft);
  const used = usedBy(document, catalog, 'values' in read ? read.values : {});
  // Until it is touched, the proposal follows the inputs.
  const grant = own ?? used;
  const missing = missingFrom(grant, used);

  const submit = async () => {
    if ('faults' in read) return setFaults(read.faults);
    setBusy(true);
    setError(undefined);
    try {
      if ((await before?.()) === false) return;
      onDone(await client.jobs.turnOn({ workflow, node, grant, inputs: read.values }));
      onOpenChange(false);
    } catch (thrown) {
      const failure = toAppError(thrown);
      const { place } = failure;
      if (place !== undefined && inputs.some(({ name }) => name === place)) setFaults({ [place]: failure.message });
      else setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {job?.isOn === true && job.changes !== undefined && <Changed changes={job.changes} />}
      {inputs.length > 0 && (
        <section className="flex flex-col gap-3">
          <SectionTitle>{t('inputs')}</SectionTitle>
          <InputFields
            inputs={inputs}
            draft={draft}
            faults={faults}
            onChange={(name, value) => {
              setDraft((old) => ({ ...old, [name]: value }));
              setFaults(({ [name]: _gone, ...rest }) => rest);
            }}
          />
        </section>
      )}
      {own === undefined && !isNothing(used) && <p className="m-0 text-ink-3 text-sm">{t('proposed')}</p>}
      {!isNothing(missing) && <Missing missing={missing} onAdd={() => setOwn(joined(grant, missing))} />}
      <GrantForm grant={grant} onChange={setOwn} />
      {error !== undefined && <ErrorNote error={error} />}
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex rounded-b-[11px] justify-end gap-2 border-line border-t bg-panel px-5 py-3">
        <Button variant="ghost" onClick={() => onOpenChange(false)}>
          {t('cancel')}
        </Button>
        <Button type="submit" variant="primary" loading={isBusy}>
          {job?.isOn === true ? t('save') : t('turnOn')}
        </Button>
      </div>
    </form>
  );
}

/** Saving agrees to the graph as it is now, so what is new in it is shown here too. */
function Changed({ changes }: { changes: readonly string[] }) {
  const t = useT('triggers');
  return (
    <div className="rounded-sm bg-wait-soft px-2.5 py-2">
      <p className="m-0 text-wait">{t('changedSave')}</p>
      <ul className="m-0 mt-1 max-h-40 list-none overflow-y-auto p-0 text-ink text-sm [overflow-wrap:anywhere]">
        {changes.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** What would wait in the inbox, in a line. */
function Missing({ missing, onAdd }: { missing: Grant; onAdd(): void }) {
  const t = useT('triggers');
  const short = useWithTilde();
  const what = [
    ...missing.tools.map(({ server, tool }) => `${server}.${tool}`),
    ...missing.folders.map(short),
    ...(missing.hosts ?? []),
  ].join(', ');
  return (
    <div className="flex items-start gap-2 rounded-sm bg-sunken px-2.5 py-2 dark:bg-raised">
      <Icon name="info" size={15} className="mt-[2.5px] shrink-0 text-ink-2" />
      <p className="m-0 min-w-0 flex-1 text-ink-2 [overflow-wrap:anywhere]">{t('missing', { what })}</p>
      <Button size="s" onClick={onAdd}>
        {t('addMissing')}
      </Button>
    </div>
  );
}
