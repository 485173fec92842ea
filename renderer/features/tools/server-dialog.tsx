// Adds or changes a tool server. Nothing starts from a link or a file: only a person who presses the button starts it.

import { type ReactNode, useRef, useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client, toAppError } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, Input, Switch, TextArea } from '../../ui/index.ts';
import { EnvRows } from './env-rows.tsx';
import { checkDraft, type DraftProblems, draftOf, emptyDraft, idFrom, type ServerDraft, splitCommandLine } from './server-config.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The one to change; a new one when missing. */
  server: ServerStatus | undefined;
  taken: readonly string[];
  onSaved: (id: string) => void;
}

export function ServerDialog({ open, onOpenChange, server, taken, onSaved }: Props): ReactNode {
  const t = useT('tools');
  const isNew = server?.config === undefined;
  const [draft, setDraft] = useState<ServerDraft>(() => (server?.config === undefined ? emptyDraft : draftOf(server.config)));
  const [problems, setProblems] = useState<DraftProblems>({});
  const [error, setError] = useState<AppError>();
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  const change = (patch: Partial<ServerDraft>): void => setDraft((before) => ({ ...before, ...patch }));

  const save = async (): Promise<void> => {
    const checked = checkDraft(draft);
    if ('problems' in checked) return setProblems(checked.problems);
    if (isNew && taken.includes(checked.config.id)) return setProblems({ id: t('idTaken') });
    setProblems({});
    setError(undefined);
    setBusy(true);
    try {
      await (isNew ? client.tools.addServer({ config: checked.config }) : client.tools.updateServer({ config: checked.config }));
      onOpenChange(false);
      onSaved(checked.config.id);
    } catch (failure) {
      setError(toAppError(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      initialFocus={first}
      title={isNew ? t('addTitle') : t('editTitle', { title: server.title })}
      description={isNew ? t('addText') : undefined}
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={busy} onClick={() => void save()}>
            {isNew ? (draft.enabled ? t('addAndStart') : t('addOnly')) : t('save')}
          </Button>
        </>
      }
    >
      <form
        className="tools-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label={t('field.title')} error={problems.title} required>
          <Input
            ref={first}
            value={draft.title}
            onChange={(event) =>
              change({
                title: event.target.value,
                ...(isNew && draft.id === idFrom(draft.title) ? { id: idFrom(event.target.value) } : {}),
              })
            }
          />
        </Field>
        <Field label={t('id')} hint={t('field.idHint')} error={problems.id} required>
          <Input mono value={draft.id} disabled={!isNew} onChange={(event) => change({ id: event.target.value })} />
        </Field>
        <CommandFields draft={draft} problems={problems} onChange={change} />
        <Field label={t('env')} hint={t('field.envHint')} error={problems.env}>
          <EnvRows rows={draft.env} onChange={(env) => change({ env })} />
        </Field>
        <Field label={t('cwd')} hint={t('field.cwdHint')} error={problems.cwd}>
          <Input mono value={draft.cwd} onChange={(event) => change({ cwd: event.target.value })} />
        </Field>
        <Field label={t('field.enabled')} hint={t('field.enabledHint')} inline>
          <Switch checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
        </Field>
        {error !== undefined && <ErrorNote error={error.toJSON()} />}
        <button type="submit" className="sr-only" tabIndex={-1} aria-hidden />
      </form>
    </Dialog>
  );
}

interface CommandProps {
  draft: ServerDraft;
  problems: DraftProblems;
  onChange: (patch: Partial<ServerDraft>) => void;
}

function CommandFields({ draft, problems, onChange }: CommandProps): ReactNode {
  const t = useT('tools');
  return (
    <>
      <Field label={t('command')} hint={t('field.commandHint')} error={problems.command} required>
        <Input
          mono
          placeholder="npx"
          value={draft.command}
          onChange={(event) => onChange({ command: event.target.value })}
          onPaste={(event) => {
            const text = event.clipboardData.getData('text/plain').trim();
            if (!/\s/.test(text) || text.includes('\n') || draft.command !== '' || draft.args !== '') return;
            event.preventDefault();
            const { command, args } = splitCommandLine(text);
            onChange({ command, args: args.join('\n') });
          }}
        />
      </Field>
      <Field label={t('field.args')} hint={t('field.argsHint')} error={problems.args}>
        <TextArea mono autoGrow rows={2} value={draft.args} onChange={(event) => onChange({ args: event.target.value })} />
      </Field>
    </>
  );
}
