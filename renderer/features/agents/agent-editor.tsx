// One agent: its form, what can be done with it, and a bar that saves when something was changed.

import { useState } from 'react';
import type { Agent, AgentDraft } from '../../../shared/model/agent.ts';
import { client, toAppError } from '../../api/index.ts';
import { navigate, routes, useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ConfirmDialog, ErrorNote, IconButton, Menu, MenuItem, MenuSeparator, toast, useDialog } from '../../ui/index.ts';
import { LastChange } from '../why/index.ts';
import { AgentForm } from './agent-form.tsx';
import { draftOf, dropDraft, emptyDraft, NEW, setDraft, useDrafts } from './drafts.ts';

export interface AgentEditorProps {
  /** Missing for a new one. */
  agent: Agent | undefined;
  agents: readonly Agent[];
  onSaved(agent: Agent): void;
  onRemoved(agent: Agent): void;
}

function AgentActions({ agent, onDelete }: { agent: Agent; onDelete(): void }) {
  const t = useT('agents');
  const task = useTask();
  const chat = async (): Promise<void> => {
    try {
      const { id } = await client.chat.create({ agent: agent.id });
      navigate(routes.chat(id));
    } catch (error) {
      toast.error(toAppError(error));
    }
  };
  const duplicate = (): void => {
    setDraft(NEW, { ...draftOf(agent), name: t('copyOf', { name: agent.name }).slice(0, 60) });
    navigate(routes.agents(NEW));
  };
  return (
    <>
      <Button icon="message-square" loading={task.isBusy} onClick={() => void task.run(chat)}>
        {t('chat', { name: agent.name })}
      </Button>
      <Menu trigger={<IconButton icon="ellipsis" label={t('more', { name: agent.name })} />}>
        <MenuItem icon="copy" onSelect={duplicate}>
          {t('duplicate')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon="trash-2" danger onSelect={onDelete}>
          {t('delete')}
        </MenuItem>
      </Menu>
    </>
  );
}

export function AgentEditor({ agent, agents, onSaved, onRemoved }: AgentEditorProps) {
  const t = useT('agents');
  const key = agent?.id ?? NEW;
  const kept = useDrafts(({ drafts }) => drafts[key]);
  const saved: AgentDraft = agent === undefined ? emptyDraft() : draftOf(agent);
  const draft = kept ?? saved;
  const isDirty = agent === undefined || (kept !== undefined && JSON.stringify(kept) !== JSON.stringify(saved));
  const [wasTried, setTried] = useState(false);
  const task = useTask();
  const remove = useDialog();
  const name = draft.name.trim();
  const isNameTaken = agents.some((other) => other.id !== agent?.id && other.name.toLowerCase() === name.toLowerCase());

  const save = async (): Promise<void> => {
    setTried(true);
    if (name === '') return;
    await task.run(async () => {
      const wanted = { ...draft, name };
      const next = await (agent === undefined
        ? client.agents.create({ draft: wanted })
        : client.agents.update({ id: agent.id, draft: wanted }));
      dropDraft(key);
      onSaved(next);
      toast({ title: t('saved'), tone: 'ok' });
      if (agent === undefined) navigate(routes.agents(next.id), { replace: true });
    });
  };
  return (
    <form
      className="flex min-h-full flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <header className="flex h-12 w-full max-w-[668px] shrink-0 items-center gap-2 px-6">
        <h1 className="min-w-0 flex-1 truncate font-semibold text-lg">{agent === undefined ? t('newTitle') : agent.name}</h1>
        {agent === undefined ? null : <AgentActions agent={agent} onDelete={() => remove.show()} />}
      </header>
      <div className="flex-1 px-6 pt-1 pb-8">
        <div className="max-w-[620px]">
          <AgentForm draft={draft} onChange={(next) => setDraft(key, next)} isNameTaken={name !== '' && isNameTaken} wasTried={wasTried} />
          {agent === undefined ? null : <LastChange kind="agent" target={agent.id} version={agent.updatedAt} className="mt-6" />}
        </div>
      </div>
      {isDirty ? (
        <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-line border-t bg-panel px-6 py-2.5">
          {task.error === undefined ? (
            <span className="min-w-0 flex-1 text-ink-2 text-sm">{t('unsaved')}</span>
          ) : (
            <ErrorNote error={task.error} className="min-w-0 flex-1" />
          )}
          <Button
            variant="ghost"
            onClick={() => {
              dropDraft(key);
              task.clear();
              if (agent === undefined) navigate(routes.agents());
            }}
          >
            {t('discard')}
          </Button>
          <Button type="submit" variant="primary" loading={task.isBusy}>
            {agent === undefined ? t('create') : t('save')}
          </Button>
        </div>
      ) : null}
      {agent === undefined ? null : (
        <ConfirmDialog
          {...remove.props}
          title={t('deleteTitle', { name: agent.name })}
          text={t('deleteText')}
          action={t('delete')}
          onConfirm={async () => {
            await client.agents.remove({ id: agent.id });
            dropDraft(key);
            toast(t('deleted', { name: agent.name }));
            navigate(routes.agents(), { replace: true });
            onRemoved(agent);
          }}
        />
      )}
    </form>
  );
}
