import type { WorkflowNode } from '../../../../shared/model/workflow.ts';
import { navigate, routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button } from '../../../ui/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { apply, nodeOf, showRun } from '../editor/store.ts';
import { patchNode } from '../model/edits.ts';
import { stepTitle } from '../model/step-title.ts';
import { StepActions } from './step-actions.tsx';
import { useNodeSteps } from './step-data.tsx';

/** The foot of the inspector: what can be done from the chosen node's step in the run that is drawn. */
export function NodeActions({ node, title }: { node: WorkflowNode; title: string }) {
  const t = useT('past');
  const editor = useEditorStore();
  const readOnly = useEditor((state) => state.readOnly);
  const { run, step } = useNodeSteps(node.id);
  const put = (pinned: WorkflowNode['pinned']) => {
    const now = nodeOf(editor.getState(), node.id);
    if (now !== undefined) apply(editor, { type: 'replace', nodes: [patchNode(now, { pinned })] });
  };
  const unpin = !readOnly && node.pinned !== undefined ? () => put(undefined) : undefined;
  if (run === undefined || step === undefined)
    return unpin === undefined ? null : (
      <div className="wf-step-acts">
        <Button size="s" variant="ghost" icon="pin-off" onClick={unpin}>
          {t('actions.unpin')}
        </Button>
      </div>
    );
  return (
    <StepActions
      run={run.summary}
      step={step}
      title={stepTitle(new Map([[node.id as string, title]]), step.step, node.id)}
      nodeTitle={title}
      onPin={readOnly ? undefined : put}
      onUnpin={unpin}
      onForked={(fresh, useCurrent) => (readOnly || !useCurrent ? navigate(routes.runs(fresh.id)) : showRun(editor, fresh))}
    />
  );
}
