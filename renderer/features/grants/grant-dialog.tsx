import { useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { ActionKind, GrantView } from '../../../shared/model/policy.ts';
import { client, toAppError, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Collapse, Combobox, Dialog, ErrorNote, Field, Input, SegmentedControl, Select, TextArea, toast } from '../../ui/index.ts';
import {
  aboutKey,
  draftOf,
  emptyForm,
  type FormFault,
  fieldAt,
  formOf,
  type GrantForm,
  isFault,
  servedTools,
  targetKinds,
  withKind,
} from './grant-form.ts';

const kinds: ActionKind[] = ['tool-call', 'file-write', 'network', 'process-start', 'secret-use', 'settings-change', 'sampling', 'serve'];

interface Props {
  grant: GrantView | undefined;
  onClose(): void;
  onSaved(grant: GrantView): void;
}

export function GrantDialog({ grant, onClose, onSaved }: Props) {
  const t = useT('grants');
  const [form, setForm] = useState<GrantForm>(grant === undefined ? emptyForm : formOf(grant));
  const [fault, setFault] = useState<FormFault>();
  const [error, setError] = useState<AppError>();
  const [isBusy, setBusy] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something was found wrong, also the same once more
  useEffect(() => {
    // It may be below what the dialog shows, and is made only now where its part was closed.
    const frame = requestAnimationFrame(() => body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return () => cancelAnimationFrame(frame);
  }, [fault, error]);
  const set = (patch: Partial<GrantForm>): void => setForm((before) => ({ ...before, ...patch }));
  const save = (): void => {
    const draft = draftOf(form, grant);
    setError(undefined);
    if (isFault(draft)) {
      setFault(draft);
      return;
    }
    setFault(undefined);
    setBusy(true);
    client.policy.putGrant({ ...(grant === undefined ? {} : { id: grant.id }), draft }).then(
      (saved) => {
        toast({ title: t('saved'), tone: 'ok' });
        onSaved(saved);
      },
      (thrown: unknown) => {
        setError(toAppError(thrown));
        setBusy(false);
      },
    );
  };
  // Said at its field, where there is one for it.
  const placed = error === undefined ? undefined : fieldAt(error.place);
  const faultAt = (field: keyof GrantForm): string | undefined =>
    fault?.field === field ? t(fault.code) : placed === field ? error?.message : undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(grant === undefined ? 'newTitle' : 'editTitle')}
      description={grant === undefined ? t('newText') : undefined}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={isBusy} onClick={save}>
            {t(grant !== undefined ? 'save' : form.effect === 'deny' ? 'saveDeny' : 'saveAllow')}
          </Button>
        </>
      }
    >
      <div ref={body} className="contents">
        <What form={form} set={set} faultAt={faultAt} />
        <Conditions form={form} set={set} faultAt={faultAt} isOpen={grant !== undefined && Object.keys(grant.conditions).length > 0} />
        {error === undefined || placed !== undefined ? null : <ErrorNote error={error.toJSON()} />}
      </div>
    </Dialog>
  );
}

interface PartProps {
  form: GrantForm;
  set(patch: Partial<GrantForm>): void;
  /** What is wrong with a field, in words. */
  faultAt(field: keyof GrantForm): string | undefined;
}

function What({ form, set, faultAt }: PartProps) {
  const t = useT('grants');
  const known = useCall(
    async (signal) => ({
      agents: await client.agents.list(undefined, { signal }),
      jobs: await client.jobs.list({}, { signal }),
      servers: await client.tools.listServers(undefined, { signal }),
      tools: await client.tools.listTools({}, { signal }),
      programs: await client.clients.list(undefined, { signal }),
      workflows: await client.workflows.list({}, { signal }),
    }),
    [],
  );
  const { agents = [], jobs = [], servers = [], tools = [], programs = [], workflows = [] } = known.data ?? {};
  const clients = programs
    .filter((each) => each.revokedAt === undefined)
    .map((each) => ({ value: `client ${each.name}`, label: each.name, group: t('programs') }));
  const others = [
    { value: 'everyone', label: t('everyone') },
    ...agents.map((each) => ({ value: `agent ${each.id}`, label: each.name, group: t('agents') })),
    ...jobs.map((each) => ({ value: `job ${each.id}`, label: each.title, group: t('jobs') })),
    ...servers
      .filter((each) => each.kind === 'child')
      .map((each) => ({ value: `server ${each.id}`, label: each.title, group: t('servers') })),
  ];
  const subjects = form.kind === 'serve' ? clients : [...others, ...clients];
  const toolOptions = servers.flatMap((server) => [
    { value: `${server.id}.*`, label: t('allOf', { server: server.title }), group: server.title },
    ...tools
      .filter((tool) => tool.server === server.id)
      .map((tool) => ({ value: `${server.id}.${tool.name}`, label: `${server.id}.${tool.name}`, group: server.title })),
  ]);
  const target = targetKinds.find((each) => each === form.kind);
  const about = aboutKey(form);
  const things = (about === 'agent' ? agents : about === 'workflow' ? workflows : []).map(({ id, name }) => ({
    value: `id ${id}`,
    label: name,
  }));
  const servedOptions = servedTools.map((value) => ({ value: value as string, label: t(`served.${value}`) }));
  return (
    <>
      <div className="grid grid-cols-[1fr_auto] items-start gap-3">
        <Field label={t('subject')} error={faultAt('subject')}>
          <Combobox
            value={form.subject === '' ? null : form.subject}
            placeholder={t('chooseProgram')}
            emptyText={form.kind === 'serve' && subjects.length === 0 ? t('noPrograms') : undefined}
            onChange={(subject) => set({ subject })}
            options={withChosen(subjects, form.subject)}
          />
        </Field>
        {/* On the line of the field, below its label, also when that says what is wrong. */}
        <SegmentedControl
          className="mt-[22px]"
          aria-label={t('effect')}
          value={form.effect}
          onChange={(effect) => set({ effect })}
          items={[
            { value: 'allow', label: t('effectAllow') },
            { value: 'deny', label: t('effectDeny') },
          ]}
        />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('kind')}>
          <Select
            value={form.kind}
            onChange={(kind) => set(withKind(form, kind))}
            options={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          />
        </Field>
        {form.kind === 'tool-call' ? (
          <Field label={t('tool')} required error={faultAt('tool')}>
            <Combobox
              value={form.tool === '' ? null : form.tool}
              placeholder={t('choose')}
              onChange={(tool) => set({ tool })}
              options={withChosen(toolOptions, form.tool)}
            />
          </Field>
        ) : form.kind === 'serve' ? (
          <Field label={t('target.serve')} error={faultAt('target')}>
            <Select
              value={form.target === '' ? '*' : form.target}
              onChange={(next) => set({ target: next, about: '' })}
              options={withChosen(servedOptions, form.target)}
            />
          </Field>
        ) : target === undefined ? null : (
          <Field label={t(`target.${target}`)} hint={target === 'process-start' ? undefined : t('targetHint')} error={faultAt('target')}>
            <Input mono value={form.target} onChange={(event) => set({ target: event.currentTarget.value })} />
          </Field>
        )}
      </div>
      {about === undefined ? null : (
        <Field label={t(`about.${about}`)} hint={t(`aboutHint.${about}`)}>
          <Combobox
            value={form.about === '' ? 'any' : `id ${form.about}`}
            onChange={(next) => set({ about: next === 'any' ? '' : next.slice(3) })}
            options={withChosen([{ value: 'any', label: t(`aboutAny.${about}`) }, ...things], form.about === '' ? '' : `id ${form.about}`)}
          />
        </Field>
      )}
    </>
  );
}

/** What is chosen stays in the list although it is gone. */
const withChosen = <O extends { value: string; label: string }>(
  options: readonly O[],
  chosen: string,
): (O | { value: string; label: string })[] =>
  chosen === '' || options.some((each) => each.value === chosen) ? [...options] : [{ value: chosen, label: chosen }, ...options];

const conditionFields = ['args', 'folders', 'hosts', 'perHour', 'tokens', 'until', 'hoursFrom'] as const;

function Conditions({ form, set, faultAt, isOpen }: PartProps & { isOpen: boolean }) {
  const t = useT('grants');
  const isFaulty = conditionFields.some((field) => faultAt(field) !== undefined);
  const [isWanted, setWanted] = useState(isOpen);
  const area = (field: 'args' | 'folders' | 'hosts') => (
    <TextArea mono autoGrow rows={1} maxRows={5} value={form[field]} onChange={(event) => set({ [field]: event.currentTarget.value })} />
  );
  const number = (field: 'perHour' | 'tokens') => (
    <Input
      inputMode="numeric"
      value={form[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value.replaceAll(/\D/g, '') })}
      className="w-32"
    />
  );
  return (
    <Collapse title={t('only')} open={isWanted || isFaulty} onOpenChange={setWanted}>
      <div className="flex flex-col gap-3 pt-1 pl-5">
        <Field label={t('args')} hint={t('argsHint')} error={faultAt('args')}>
          {area('args')}
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('folders')} hint={t('foldersHint')} error={faultAt('folders')}>
            {area('folders')}
          </Field>
          <Field label={t('hosts')} hint={t('hostsHint')} error={faultAt('hosts')}>
            {area('hosts')}
          </Field>
        </div>
        <div className="flex flex-wrap gap-3">
          <Field label={t('perHour')} error={faultAt('perHour')}>
            {number('perHour')}
          </Field>
          {form.kind === 'sampling' || form.kind === 'serve' ? (
            <Field label={t('tokens')} error={faultAt('tokens')}>
              {number('tokens')}
            </Field>
          ) : null}
          <Field label={t('until')} error={faultAt('until')}>
            <Input
              type="datetime-local"
              value={form.until}
              onChange={(event) => set({ until: event.currentTarget.value })}
              className="w-52"
            />
          </Field>
          <Field label={t('hours')} error={faultAt('hoursFrom')}>
            <span className="flex items-center gap-2">
              <Input
                type="time"
                value={form.hoursFrom}
                onChange={(event) => set({ hoursFrom: event.currentTarget.value })}
                className="w-28"
              />
              <span className="text-ink-3 text-sm">{t('hoursTo')}</span>
              <Input
                id="grant-hours-to"
                aria-label={t('hoursTo')}
                type="time"
                value={form.hoursTo}
                onChange={(event) => set({ hoursTo: event.currentTarget.value })}
                className="w-28"
              />
            </span>
          </Field>
        </div>
      </div>
    </Collapse>
  );
}
