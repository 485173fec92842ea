// The fields of a server that is typed by hand: a program with its arguments and environment, or an address with its headers.

import type { ReactNode, Ref } from 'react';
import { useT } from '../../strings/index.ts';
import { Field, Input, SegmentedControl, Switch, TextArea } from '../../ui/index.ts';
import { EnvRows } from './env-rows.tsx';
import { OauthFields } from './oauth-fields.tsx';
import { type DraftProblems, idFrom, type ServerDraft, splitCommandLine } from './server-config.ts';

interface Props {
  draft: ServerDraft;
  problems: DraftProblems;
  isNew: boolean;
  first?: Ref<HTMLInputElement>;
  onChange: (patch: Partial<ServerDraft>) => void;
}

export function ServerFields({ draft, problems, isNew, first, onChange }: Props): ReactNode {
  const t = useT('tools');
  return (
    <>
      <Field label={t('field.kind')}>
        <SegmentedControl<ServerDraft['kind']>
          aria-label={t('field.kind')}
          className="h-auto max-w-full flex-wrap self-start [&>*]:min-h-6"
          value={draft.kind}
          onChange={(kind) => onChange({ kind })}
          items={(['stdio', 'http', 'sse'] as const).map((value) => ({ value, label: t(`field.kinds.${value}`) }))}
        />
      </Field>
      <Field label={t('field.title')} error={problems.title} required>
        <Input
          ref={first}
          value={draft.title}
          onChange={(event) =>
            onChange({
              title: event.target.value,
              ...(isNew && draft.id === idFrom(draft.title) ? { id: idFrom(event.target.value) } : {}),
            })
          }
        />
      </Field>
      <Field label={t('id')} hint={t('field.idHint')} error={problems.id} required>
        <Input mono value={draft.id} disabled={!isNew} onChange={(event) => onChange({ id: event.target.value })} />
      </Field>
      {draft.kind === 'stdio' ? (
        <ProgramFields draft={draft} problems={problems} onChange={onChange} />
      ) : (
        <>
          <Field label={t('address')} hint={t('field.addressHint')} error={problems.url} required>
            <Input
              mono
              placeholder="https://mcp.example.com/mcp"
              spellCheck={false}
              value={draft.url}
              onChange={(event) => onChange({ url: event.target.value })}
            />
          </Field>
          <Field label={t('headers')} hint={t('field.headersHint')} error={problems.headers}>
            <EnvRows isHeaders rows={draft.headers} onChange={(headers) => onChange({ headers })} />
          </Field>
          <OauthFields draft={draft} problems={problems} onChange={onChange} />
        </>
      )}
      <Field label={t('field.enabled')} hint={t('field.enabledHint')} inline>
        <Switch checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
      </Field>
    </>
  );
}

function ProgramFields({ draft, problems, onChange }: Pick<Props, 'draft' | 'problems' | 'onChange'>): ReactNode {
  const t = useT('tools');
  return (
    <>
      <Field label={t('command')} hint={t('field.commandHint')} error={problems.command} required>
        <Input
          mono
          placeholder="npx"
          spellCheck={false}
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
        <TextArea
          mono
          autoGrow
          rows={2}
          spellCheck={false}
          value={draft.args}
          onChange={(event) => onChange({ args: event.target.value })}
        />
      </Field>
      <Field label={t('env')} hint={t('field.envHint')} error={problems.env}>
        <EnvRows rows={draft.env} onChange={(env) => onChange({ env })} />
      </Field>
      <Field label={t('cwd')} hint={t('field.cwdHint')} error={problems.cwd}>
        <Input mono spellCheck={false} value={draft.cwd} onChange={(event) => onChange({ cwd: event.target.value })} />
      </Field>
    </>
  );
}
