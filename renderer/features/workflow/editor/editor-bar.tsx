import './editor-bar.css';
import { type RefObject, useState } from 'react';
import type { RunSummary } from '../../../../shared/model/run.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, IconButton, Menu, MenuItem, Tooltip } from '../../../ui/index.ts';
import { Complaints } from '../canvas/complaints.tsx';
import { HistoryPopover } from '../run/history-popover.tsx';
import { isGoing } from '../run/run-status.tsx';
import { TriggersControl } from '../triggers/triggers-control.tsx';
import type { Autosave } from './autosave.ts';
import { useEditor, useEditorStore } from './context.ts';
import { apply, redoChange, undoChange } from './store.ts';

interface Props {
  showsSettings: boolean;
  onSettings(): void;
  onAdd(): void;
  onRun(): void;
  onRunStepwise(): void;
  onJump(node: string): void;
  onShowRun(run: RunSummary): void;
  isStarting: boolean;
  autosave: RefObject<Autosave | undefined>;
}

/** Where one is, how it is saved, and what can be done: undo, history, add, run. */
export function EditorBar({ showsSettings, onSettings, onAdd, onRun, onRunStepwise, onJump, onShowRun, isStarting, autosave }: Props) {
  const t = useT('workflow');
  const ts = useT('setup');
  const editor = useEditorStore();
  const id = useEditor((state) => state.id);
  const canUndo = useEditor((state) => state.history.undo.length > 0);
  const canRedo = useEditor((state) => state.history.redo.length > 0);
  const isEmpty = useEditor((state) => state.history.document.nodes.length === 0);
  const isRunning = useEditor((state) => state.run !== undefined && isGoing(state.run.summary.status));
  return (
    <header className="wf-editor-bar flex h-12 shrink-0 items-center gap-1.5 px-3">
      <a
        href={`#${routes.workflows()}`}
        className="wf-crumb shrink-0 rounded-sm text-ink-2 hover:text-ink"
        onClick={(event) => {
          event.preventDefault();
          navigate(routes.workflows());
        }}
      >
        {t('title')}
      </a>
      <span className="wf-crumb text-ink-3" aria-hidden>
        /
      </span>
      <Name />
      <SaveState autosave={autosave} />
      <Complaints onJump={onJump} />
      <span className="flex-1" />
      <IconButton label={t('editor.undo')} icon="undo-2" keys="CommandOrControl+Z" disabled={!canUndo} onClick={() => undoChange(editor)} />
      <IconButton
        label={t('editor.redo')}
        icon="redo-2"
        keys="CommandOrControl+Shift+Z"
        disabled={!canRedo}
        onClick={() => redoChange(editor)}
      />
      <IconButton data-opens="settings" label={ts('open')} icon="sliders-horizontal" pressed={showsSettings} onClick={onSettings} />
      {id !== undefined && <HistoryPopover workflow={id} onShow={onShowRun} />}
      {id !== undefined && <TriggersControl id={id} autosave={autosave} />}
      <Tooltip content={t('editor.add-hint')} keys="CommandOrControl+Shift+A">
        <Button icon="plus" className="ml-1.5" onClick={onAdd}>
          {t('editor.add')}
        </Button>
      </Tooltip>
      <Tooltip content={t(isRunning ? 'run.again-hint' : 'run.start-hint')} keys="CommandOrControl+Enter">
        <Button variant="primary" icon="play" className="rounded-r-none" loading={isStarting} disabled={isEmpty} onClick={onRun}>
          {t('run.start')}
        </Button>
      </Tooltip>
      <Menu
        trigger={
          <IconButton
            label={t('run.ways')}
            icon="chevron-down"
            variant="primary"
            className="-ml-1.5 w-6 rounded-l-none border-l-on-accent/30"
            disabled={isEmpty}
          />
        }
      >
        <MenuItem icon="play" keys="CommandOrControl+Enter" onSelect={onRun}>
          {t('run.start')}
        </MenuItem>
        <MenuItem icon="step-forward" onSelect={onRunStepwise}>
          {t('run.stepwise')}
        </MenuItem>
      </Menu>
    </header>
  );
}

function Name() {
  const t = useT('workflow');
  const editor = useEditorStore();
  const name = useEditor((state) => state.history.document.name);
  const description = useEditor((state) => state.history.document.description);
  const [draft, setDraft] = useState<string>();
  const commit = () => {
    if (draft !== undefined && draft.trim() !== '' && draft !== name) apply(editor, { type: 'about', name: draft.trim(), description });
    setDraft(undefined);
  };
  return (
    <span className="wf-name">
      <h1 className="sr-only">{name}</h1>
      <span aria-hidden>{draft ?? name}</span>
      <input
        aria-label={t('editor.name')}
        title={description || undefined}
        value={draft ?? name}
        maxLength={120}
        size={1}
        spellCheck={false}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setDraft(undefined);
        }}
      />
    </span>
  );
}

function SaveState({ autosave }: { autosave: RefObject<Autosave | undefined> }) {
  const t = useT('workflow');
  const save = useEditor((state) => state.save);
  if (save.kind === 'failed')
    return (
      <Tooltip content={save.error.hint ?? save.error.message}>
        <button type="button" className="wf-save" data-failed onClick={() => void autosave.current?.flush()}>
          {t('save.failed')}
        </button>
      </Tooltip>
    );
  return (
    <span className="wf-save" role="status">
      {t(`save.${save.kind}`)}
    </span>
  );
}
