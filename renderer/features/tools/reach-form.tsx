// What a server may touch: sandbox, folders, hosts. For one that is there, and for one that is about to be added.

import type { ReactNode } from 'react';
import type { ProgramFolders } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { pickFolder, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Collapse, Field, Icon, IconButton, Select, Switch, TextArea } from '../../ui/index.ts';
import { badHost, type ReachDraft } from './reach.ts';

interface Props {
  draft: ReachDraft;
  /** Folders that it reads by itself, since its program lies there. */
  programs?: ProgramFolders | undefined;
  onChange: (patch: Partial<ReachDraft>) => void;
}

export function ReachForm({ draft, programs, onChange }: Props): ReactNode {
  const t = useT('tools');
  const wrong = badHost(draft.hosts);
  return (
    <>
      <Field inline label={t('permissions.sandbox')} hint={draft.isSandboxed ? t('permissions.sandboxOn') : undefined}>
        <Switch checked={draft.isSandboxed} onChange={(isSandboxed) => onChange({ isSandboxed })} />
      </Field>
      {draft.isSandboxed ? (
        <>
          <Folders draft={draft} programs={programs} onChange={onChange} />
          <Field
            label={t('permissions.hosts')}
            hint={t('permissions.hostsHint')}
            error={wrong === undefined ? undefined : t('permissions.hostsBad', { host: wrong })}
          >
            <TextArea
              mono
              autoGrow
              rows={2}
              spellCheck={false}
              value={draft.hosts}
              onChange={(event) => onChange({ hosts: event.currentTarget.value })}
            />
          </Field>
        </>
      ) : (
        <div role="status" className="flex gap-2 rounded-sm bg-bad-soft px-2.5 py-2">
          <Icon name="shield-alert" size={15} className="mt-0.5 shrink-0 text-bad" />
          {t('permissions.sandboxOff')}
        </div>
      )}
    </>
  );
}

function Folders({ draft, programs, onChange }: Props): ReactNode {
  const t = useT('tools');
  const short = useWithTilde();
  const { folders } = draft;
  const add = async (): Promise<void> => {
    const path = await pickFolder({ title: t('permissions.addFolder') });
    if (path !== null && !folders.some((each) => each.path === path)) onChange({ folders: [...folders, { path, write: false }] });
  };
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-1 border-0 p-0">
      <legend className="mb-1 p-0 font-medium text-ink-2 text-sm">{t('permissions.folders')}</legend>
      {programs?.own.map((path) => (
        <div key={path} className="flex min-h-7 min-w-0 items-center gap-2">
          <Icon name="package" size={14} className="shrink-0 text-ink-3" />
          <span className="tools-program min-w-0 flex-1 truncate font-mono text-sm" title={visibleText(path)}>
            {visibleText(path)}
          </span>
          <span className="shrink-0 text-ink-3 text-sm">{t('permissions.program')}</span>
        </div>
      ))}
      {programs === undefined || programs.path.length === 0 ? null : (
        <Collapse title={t('permissions.onPath', { count: programs.path.length })} meta={t('permissions.readOnly')}>
          <ul className="m-0 flex list-none flex-col gap-1 p-0 pb-1 pl-5">
            {programs.path.map((path) => (
              <li key={path} className="tools-program font-mono text-ink-2 text-sm [overflow-wrap:anywhere]">
                {visibleText(path)}
              </li>
            ))}
          </ul>
        </Collapse>
      )}
      {folders.length === 0 ? <p className="tools-quiet">{t('permissions.noFolders')}</p> : null}
      {folders.map((folder, index) => {
        const shown = visibleText(folder.path);
        const isAsked = folder.path.includes('${ask:');
        return (
          <div key={folder.path} className="flex min-w-0 items-center gap-2">
            <Icon name="folder" size={14} className="shrink-0 text-ink-3" />
            <span className="min-w-0 flex-1 truncate font-mono text-sm" title={shown}>
              {isAsked ? <span className="font-sans text-ink-2">{t('new.plan.unanswered')}</span> : short(shown)}
            </span>
            <Select<'read' | 'write'>
              aria-label={t('permissions.access', { path: shown })}
              className="w-36 shrink-0"
              value={folder.write ? 'write' : 'read'}
              onChange={(next) =>
                onChange({ folders: folders.map((each, at) => (at === index ? { ...each, write: next === 'write' } : each)) })
              }
              options={[
                { value: 'read', label: t('permissions.read') },
                { value: 'write', label: t('permissions.write') },
              ]}
            />
            <IconButton
              icon="x"
              label={t('permissions.removeFolder', { path: shown })}
              onClick={() => onChange({ folders: folders.filter((_, at) => at !== index) })}
            />
          </div>
        );
      })}
      <div className="mt-1 flex items-center gap-2">
        <Button size="s" icon="folder-plus" onClick={() => void add()}>
          {t('permissions.addFolder')}
        </Button>
        <span className="text-ink-3 text-sm">{t('permissions.foldersHint')}</span>
      </div>
    </fieldset>
  );
}
