import { AppError } from '../../../shared/errors.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import { type Workflow, type WorkflowSummary, workflowDocument } from '../../../shared/model/workflow.ts';
import type { WorkflowStore } from '../../runtime/ports.ts';
import type { ReadDb, WriteDb } from './db.ts';
import { likeText, readJson } from './rows.ts';

interface SummaryRow {
  id: WorkflowId;
  name: string;
  description: string;
  node_count: number;
  updated_at: number;
  last_at: number | null;
  last_status: string | null;
}
interface Row {
  id: WorkflowId;
  document: string;
  revision: number;
  created_at: number;
  updated_at: number;
}

export function workflowStore(read: ReadDb, write: WriteDb): WorkflowStore {
  const list = read.select<SummaryRow>(`
    select w.id, w.name, w.description, w.node_count, w.updated_at, r.started_at as last_at, r.status as last_status
    from workflows w
    left join runs r on r.number = (
      select number from runs where workflow = w.id order by started_at desc, number desc limit 1)
    where w.name like ? escape '\\' or w.description like ? escape '\\'
    order by w.updated_at desc`);
  const get = read.select<Row>('select id, document, revision, created_at, updated_at from workflows where id = ?');
  const insert = write.change(`
    insert into workflows (name, description, node_count, document, revision, created_at, updated_at, id)
    values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`);
  const update = write.change(`
    update workflows set name = ?, description = ?, node_count = ?, document = ?, revision = ?, created_at = ?, updated_at = ?
    where id = ? and revision = ?`);
  const remove = write.change('delete from workflows where id = ?');
  const columns = ({ id, revision, createdAt, updatedAt, ...document }: Workflow) =>
    [document.name, document.description, document.nodes.length, JSON.stringify(document), revision, createdAt, updatedAt, id] as const;

  return {
    list(query) {
      const pattern = likeText(query);
      return list.all(pattern, pattern).map(toSummary);
    },
    get(id) {
      const row = get.get(id);
      if (row === undefined) return undefined;
      const document = readJson(workflowDocument, row.document, `workflow ${id}`);
      return { ...document, id: row.id, revision: row.revision, createdAt: row.created_at, updatedAt: row.updated_at };
    },
    insert(workflow) {
      if (insert.run(...columns(workflow)) === 0) throw new AppError('workflow-exists', `There is a workflow ${workflow.id} already.`);
    },
    update: (workflow, expectedRevision) => update.run(...columns(workflow), expectedRevision) === 1,
    remove: (id) => void remove.run(id),
  };
}

function toSummary(row: SummaryRow): WorkflowSummary {
  const summary = { id: row.id, name: row.name, description: row.description, nodeCount: row.node_count, updatedAt: row.updated_at };
  if (row.last_at === null || row.last_status === null) return summary;
  return { ...summary, lastRun: { at: row.last_at, status: row.last_status } };
}
