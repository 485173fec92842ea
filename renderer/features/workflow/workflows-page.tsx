import { lazy } from 'react';
import { useRoute } from 'wouter';
import { workflowId } from '../../../shared/model/ids.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { ErrorState } from '../../ui/index.ts';
import './workflow.css';
import './fields/fields.css';
import { templatesPlace, WorkflowList } from './list/workflow-list.tsx';

// The canvas is loaded with the first workflow that is opened: the list, where the app opens the first time, needs none of it.
const WorkflowEditor = lazy(async () => ({ default: (await import('./editor/workflow-editor.tsx')).WorkflowEditor }));

/** `/workflows`: the list. `/workflows/templates`: what one can start from. `/workflows/:id`: one of them on the canvas. */
export function WorkflowsPage() {
  const t = useT('workflow');
  const [isOpen, params] = useRoute('/workflows/:id');
  if (!isOpen || params.id === templatesPlace) return <WorkflowList tab={isOpen ? 'templates' : 'mine'} />;
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
