import { useRoute } from 'wouter';
import { workflowId } from '../../../shared/model/ids.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorState } from '../../ui/index.ts';
import './workflow.css';
import { WorkflowEditor } from './editor/workflow-editor.tsx';
import { WorkflowList } from './list/workflow-list.tsx';

/** `/workflows`: the list. `/workflows/:id`: one of them on the canvas. */
export function WorkflowsPage() {
  const t = useT('workflow');
  const [isOpen, params] = useRoute('/workflows/:id');
  if (!isOpen) return <WorkflowList />;
  const id = workflowId.safeParse(decodeURIComponent(params.id));
  if (!id.success)
    return (
      <ErrorState
        error={{
          code: 'workflow-not-found',
          message: t('editor.no-such'),
          hint: t('editor.no-such-hint', { list: routes.workflows() }),
          retryable: false,
        }}
      />
    );
  return <WorkflowEditor key={id.data} id={id.data} />;
}
