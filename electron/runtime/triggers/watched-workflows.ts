// The store of workflows, which also tells when one was saved or removed: a job follows its workflow at once, whoever saved it.

import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { WorkflowStore } from '../ports.ts';

export function watchedWorkflows(store: WorkflowStore, changed: (id: WorkflowId) => void): WorkflowStore {
  return {
    list: (query) => store.list(query),
    get: (id) => store.get(id),
    insert(workflow) {
      store.insert(workflow);
      changed(workflow.id);
    },
    update(workflow, expectedRevision) {
      const isDone = store.update(workflow, expectedRevision);
      if (isDone) changed(workflow.id);
      return isDone;
    },
    remove(id) {
      store.remove(id);
      changed(id);
    },
  };
}
