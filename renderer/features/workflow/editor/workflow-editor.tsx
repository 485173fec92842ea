// One workflow, opened: its bar, the canvas, the timeline of its run, the inspector.

import { ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback, useRef, useState } from 'react';
import type { WorkflowId } from '../../../../shared/model/ids.ts';
import { client, useCall } from '../../../api/index.ts';
import { navigate, routes, useAction, useInspector } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, EmptyState, ErrorState, Skeleton } from '../../../ui/index.ts';
import { Canvas } from '../canvas/canvas.tsx';
import { ConnectDialog } from '../canvas/connect-dialog.tsx';
import { Palette, type PaletteWish } from '../canvas/palette.tsx';
import { panTime } from '../canvas/pan-time.ts';
import { useCanvasKeys } from '../canvas/use-canvas-keys.ts';
import { Inspector } from '../inspector/inspector.tsx';
import { RunInputsDialog } from '../run/run-inputs-dialog.tsx';
import { Timeline } from '../run/timeline.tsx';
import { useRunControl } from '../run/use-run-control.ts';
import { WorkflowSettings } from '../settings/workflow-settings.tsx';
import type { Autosave } from './autosave.ts';
import { ConflictBanner } from './conflict-banner.tsx';
import { EditorContext, useEditor, useEditorStore } from './context.ts';
import { EditorBar } from './editor-bar.tsx';
import { placeForNew, placeNode } from './placing.ts';
import { createEditor, documentOf, type Editor, redoChange, select, showRun, undoChange } from './store.ts';
import { useCatalog, useReattach, useRunEvents, useSaving } from './use-editor-session.ts';

export function WorkflowEditor({ id }: { id: WorkflowId }) {
  const t = useT('workflow');
  const loaded = useCall((signal) => client.workflows.get({ id }, { signal }), [id]);
  // One editor for each load: "reload" after a conflict starts afresh.
  const [made, setMade] = useState<{ from: unknown; editor: Editor }>();
  const stored = loaded.data;
  if (stored !== undefined && stored.id === id && made === undefined)
    setMade({ from: stored, editor: createEditor(documentOf(stored), false, stored) });

  if (made === undefined && loaded.error !== undefined)
    return <ErrorState error={loaded.error} onRetry={loaded.reload} safe={t('editor.load-safe')} />;
  if (made === undefined) return <LoadingEditor />;
  const reopen = async () => {
    const fresh = await client.workflows.get({ id });
    setMade({ from: fresh, editor: createEditor(documentOf(fresh), false, fresh) });
  };
  return (
    <EditorContext value={made.editor} key={String((made.from as { revision?: number }).revision)}>
      <ReactFlowProvider>
        <OpenEditor editor={made.editor} onReopen={reopen} />
      </ReactFlowProvider>
    </EditorContext>
  );
}

function LoadingEditor() {
  return (
    <div className="flex h-full flex-col" aria-busy="true">
      <div className="flex h-12 shrink-0 items-center px-3">
        <Skeleton className="w-56" />
      </div>
    </div>
  );
}

function OpenEditor({ editor, onReopen }: { editor: Editor; onReopen(): Promise<void> }) {
  const t = useT('workflow');
  useCatalog(editor);
  const autosave = useSaving(editor);
  useRunEvents(editor);
  useReattach(editor);
  const { isOpen, setOpen } = useInspector();
  const control = useRunControl(editor, autosave);
  const document = useEditor((state) => state.history.document);
  const id = useEditor((state) => state.id);
  const hasSelection = useEditor((state) => state.selectedNodes.size === 1);
  // The workflow's own settings stand where the inspector does, while no node is chosen.
  const [wantsSettings, setWantsSettings] = useState(false);
  const showsSettings = wantsSettings && !hasSelection;
  const toggleSettings = () => {
    if (!showsSettings) select(editor, []);
    setWantsSettings(!showsSettings);
  };
  useAction('workflow.run', control.run, document.nodes.length > 0);
  useAction('workflow.undo', () => undoChange(editor));
  useAction('workflow.redo', () => redoChange(editor));
  const openInspector = useCallback(
    (node?: string) => {
      if (node !== undefined) select(editor, [node]);
      setOpen(true);
      // The panel is drawn first, then entered.
      requestAnimationFrame(() =>
        window.document.querySelector<HTMLElement>('[data-inspector] [role="tab"][aria-selected="true"]')?.focus(),
      );
    },
    [editor, setOpen],
  );
  return (
    <div className="wf-editor" data-bar="true" data-inspecting={(isOpen && hasSelection) || showsSettings}>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <Workspace
          autosave={autosave}
          control={control}
          onReopen={onReopen}
          onOpenNode={openInspector}
          showsSettings={showsSettings}
          onSettings={toggleSettings}
        />
        <Timeline onStop={() => void control.stop()} onInbox={(item) => navigate(routes.inbox(item))} isStopping={control.isStopping} />
      </div>
      <Inspector isOpen={isOpen} onClose={() => setOpen(false)} />
      {showsSettings && (
        <WorkflowSettings
          onClose={() => {
            setWantsSettings(false);
            window.document.querySelector<HTMLElement>('[data-opens="settings"]')?.focus();
          }}
        />
      )}
      <RunInputsDialog
        open={control.asking}
        document={document}
        workflow={id}
        isStarting={control.isStarting}
        isStepwise={control.isStepwise}
        onClose={control.closeAsking}
        onStart={control.start}
      />
      <span className="sr-only" aria-live="polite">
        <RunNews />
      </span>
      <span className="sr-only" id="wf-help">
        {t('canvas.help')}
      </span>
    </div>
  );
}

/** Tells a screen reader how the run stands, once for each change. */
function RunNews() {
  const t = useT('runs');
  const status = useEditor((state) => state.run?.summary.status);
  const number = useEditor((state) => state.run?.summary.number);
  return status === undefined || number === undefined ? null : `${t('number', { number })}: ${t(`status.${status}`)}`;
}

/** Nothing that the person went to since has the focus: it is nowhere, or still in the dialog that is going. */
function isFocusFree(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.closest('[role="dialog"][data-closed]') !== null;
}

interface WorkspaceProps {
  autosave: RefObject<Autosave | undefined>;
  control: ReturnType<typeof useRunControl>;
  onReopen(): Promise<void>;
  onOpenNode(node?: string): void;
  showsSettings: boolean;
  onSettings(): void;
}

function Workspace({ autosave, control, onReopen, onOpenNode, showsSettings, onSettings }: WorkspaceProps) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const flow = useReactFlow();
  const area = useRef<HTMLDivElement>(null);
  // A node that was just added: it takes the focus when the dialog has gone.
  const placed = useRef<string>(undefined);
  const [wish, setWish] = useState<PaletteWish>();
  const [connecting, setConnecting] = useState<string>();
  const name = useEditor((state) => state.history.document.name);
  const isEmpty = useEditor((state) => state.history.document.nodes.length === 0);
  const keys = useCanvasKeys({ onOpen: onOpenNode, onConnect: setConnecting });

  const addNode = () => {
    const box = area.current?.getBoundingClientRect();
    const middle = flow.screenToFlowPosition({ x: (box?.left ?? 0) + (box?.width ?? 0) / 2, y: (box?.top ?? 0) + (box?.height ?? 0) / 2 });
    setWish({ at: placeForNew(editor, middle) });
  };
  useAction('workflow.add-node', addNode);
  const jump = (node: string) => {
    select(editor, [node]);
    void flow.fitView({ nodes: [{ id: node }], maxZoom: 1, minZoom: 0.5, duration: panTime(160) });
    onOpenNode(node);
  };
  return (
    <>
      <EditorBar
        onAdd={addNode}
        showsSettings={showsSettings}
        onSettings={onSettings}
        onRun={control.run}
        onRunStepwise={control.runStepwise}
        onJump={jump}
        onShowRun={(run) => showRun(editor, run)}
        isStarting={control.isStarting}
        autosave={autosave}
      />
      <ConflictBanner onReopen={onReopen} />
      <div ref={area} className="relative min-h-0 flex-1" {...keys}>
        <Canvas label={t('canvas.label', { name })} onWantNode={(at, open) => setWish({ at, open })} onOpenNode={onOpenNode} />
        {isEmpty && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center">
            <EmptyState
              className="pointer-events-auto h-auto"
              icon="workflow"
              title={t('editor.empty')}
              text={t('editor.empty-text')}
              action={
                <Button icon="plus" onClick={addNode}>
                  {t('editor.add')}
                </Button>
              }
            />
          </div>
        )}
      </div>
      <Palette
        wish={wish}
        onClose={() => setWish(undefined)}
        onChoose={(descriptor, { at, open }) => {
          placed.current = placeNode(editor, descriptor, at, open);
        }}
        onClosed={() => {
          const id = placed.current;
          placed.current = undefined;
          if (id !== undefined && isFocusFree())
            window.document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
        }}
      />
      <ConnectDialog node={connecting} onClose={() => setConnecting(undefined)} />
    </>
  );
}
