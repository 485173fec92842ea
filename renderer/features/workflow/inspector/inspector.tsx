// The panel beside the canvas: how the selected node is set up, and what it got, gave and tried in the run that is drawn.

import './inspector.css';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../../strings/index.ts';
import { Icon, IconButton, Menu, MenuItem, MenuSeparator, Tabs } from '../../../ui/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { duplicateSelected, removeSelected } from '../editor/placing.ts';
import { apply, nodeOf, selectedNode } from '../editor/store.ts';
import { descriptorOf, titleOf } from '../model/catalog.ts';
import { rename } from '../model/edits.ts';
import { NodeActions } from './node-actions.tsx';
import { SetUp } from './set-up.tsx';
import { Attempts, StepData } from './step-data.tsx';

type Tab = 'setup' | 'input' | 'output' | 'attempts';

export function Inspector({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const id = useEditor(selectedNode);
  const node = useEditor((state) => (id === undefined ? undefined : nodeOf(state, id)));
  const descriptor = useEditor((state) => (node === undefined ? undefined : descriptorOf(state.catalog, node)));
  const readOnly = useEditor((state) => state.readOnly);
  const [tab, setTab] = useState<Tab>(readOnly ? 'output' : 'setup');
  if (!isOpen || node === undefined) return null;
  const isNote = descriptor?.family === 'note';
  const all: { value: Tab; label: string }[] = [
    { value: 'setup', label: t('inspector.set-up') },
    { value: 'input', label: t('inspector.input') },
    { value: 'output', label: t('inspector.output') },
    { value: 'attempts', label: t('inspector.attempts') },
  ];
  const shown = isNote ? 'setup' : tab;
  // By keyboard one is back at the node, not nowhere.
  const close = (): void => {
    onClose();
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`)?.focus();
  };
  return (
    <aside className="wf-inspector" aria-label={t('inspector.label')} data-inspector>
      <header className="flex h-12 shrink-0 items-center gap-2 px-4">
        <span className="wf-hue" data-family={descriptor?.family ?? 'flow'}>
          <Icon name={descriptor?.icon ?? 'circle-help'} size={18} />
        </span>
        <Title
          key={node.id}
          title={titleOf(node, descriptor)}
          disabled={readOnly}
          onRename={(title) => apply(editor, rename(node, title))}
        />
        {!readOnly && (
          <Menu trigger={<IconButton label={t('inspector.menu')} icon="ellipsis" />}>
            <MenuItem icon="copy" keys="CommandOrControl+D" onSelect={() => duplicateSelected(editor)}>
              {t('node.duplicate')}
            </MenuItem>
            <MenuSeparator />
            <MenuItem icon="trash-2" keys="Delete" danger onSelect={() => removeSelected(editor)}>
              {t('node.delete')}
            </MenuItem>
          </Menu>
        )}
        <IconButton label={t('inspector.close')} icon="x" keys="CommandOrControl+I" onClick={close} />
      </header>
      {!isNote && <Tabs<Tab> items={all} value={tab} onChange={setTab} aria-label={t('inspector.label')} className="px-4" />}
      <section
        key={`${node.id}:${shown}`}
        className="min-h-0 flex-1 overflow-y-auto px-4 py-4 focus-visible:-outline-offset-2"
        aria-label={all.find(({ value }) => value === shown)?.label}
        // What scrolls must be reachable by keyboard; the fields of the set-up are by themselves.
        tabIndex={shown === 'setup' ? undefined : 0}
      >
        {shown === 'setup' && <SetUp node={node} descriptor={descriptor} />}
        {shown === 'input' && <StepData node={node.id} side="input" />}
        {shown === 'output' && <StepData node={node.id} side="output" />}
        {shown === 'attempts' && <Attempts node={node.id} />}
      </section>
      {!isNote && <NodeActions node={node} title={titleOf(node, descriptor)} />}
    </aside>
  );
}

/** Enter or leaving the field renames; Esc takes it back. */
function Title({ title, disabled, onRename }: { title: string; disabled: boolean; onRename(title: string): void }) {
  const t = useT('workflow');
  const [draft, setDraft] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setDraft(title), [title]);
  return (
    <input
      ref={input}
      className="wf-title-input"
      aria-label={t('node.title')}
      value={draft}
      maxLength={120}
      disabled={disabled}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => draft !== title && onRename(draft)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') input.current?.blur();
        else if (event.key === 'Escape') {
          event.stopPropagation();
          setDraft(title);
        }
      }}
    />
  );
}
