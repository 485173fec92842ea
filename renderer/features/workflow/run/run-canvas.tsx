// A run on the graph as it was: the same canvas and inspector, for reading only.

import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useState } from 'react';
import type { RunSummary } from '../../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { useInspector } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import '../workflow.css';
import '../fields/fields.css';
import { Canvas } from '../canvas/canvas.tsx';
import { useCanvasKeys } from '../canvas/use-canvas-keys.ts';
import { EditorContext, useEditor, useEditorStore } from '../editor/context.ts';
import { createEditor, type Editor, select, showRun } from '../editor/store.ts';
import { useCatalog, useRunEvents } from '../editor/use-editor-session.ts';
import { Inspector } from '../inspector/inspector.tsx';
import { Timeline } from './timeline.tsx';

interface Props {
  run: RunSummary;
  document: WorkflowDocument;
  onStop(): void;
  onInbox(item?: string): void;
}

/** `run` and `document` belong together; give it a `key` of the run's id. */
export function RunCanvas({ run, document, onStop, onInbox }: Props) {
  const [editor] = useState<Editor>(() => {
    const made = createEditor(document, true);
    showRun(made, run);
    return made;
  });
  return (
    <EditorContext value={editor}>
      <ReactFlowProvider>
        <Reading name={run.title} onStop={onStop} onInbox={onInbox} />
      </ReactFlowProvider>
    </EditorContext>
  );
}

function Reading({ name, onStop, onInbox }: { name: string; onStop(): void; onInbox(item?: string): void }) {
  const t = useT('workflow');
  const editor = useEditorStore();
  useCatalog(editor);
  useRunEvents(editor);
  const { isOpen, setOpen } = useInspector();
  const hasSelection = useEditor((state) => state.selectedNodes.size === 1);
  const keys = useCanvasKeys({ onOpen: () => setOpen(true), onConnect: () => undefined });
  useEffect(() => () => select(editor, []), [editor]);
  return (
    <div className="wf-editor" data-inspecting={isOpen && hasSelection}>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div className="relative min-h-0 flex-1" {...keys}>
          <Canvas
            label={t('canvas.label', { name })}
            onOpenNode={(node) => {
              select(editor, [node]);
              setOpen(true);
            }}
          />
        </div>
        <Timeline onStop={onStop} onInbox={onInbox} />
      </div>
      <Inspector isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
