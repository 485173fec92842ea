// A stored workflow as a person names it: its id, or its name in any case.

import { AppError } from '../../shared/errors.ts';
import type { Workflow } from '../../shared/model/workflow.ts';
import type { HostClient } from '../wires/attach.ts';

/** Throws `input-workflow-unknown`, also where several have that name, with what there is. */
export async function findWorkflow(client: HostClient, which: string, none = 'There is no stored workflow'): Promise<Workflow> {
  const all = await client.workflows.list({ query: '' });
  const found = all.filter((each) => each.id === which || each.name.toLowerCase() === which.toLowerCase());
  const [one] = found;
  if (one !== undefined && found.length === 1) return client.workflows.get({ id: one.id });
  throw new AppError(
    'input-workflow-unknown',
    one === undefined ? `${none} “${which}”.` : `${found.length} workflows are called “${which}”.`,
    {
      hint:
        one === undefined
          ? all.length === 0
            ? 'None is stored yet. Store one with: orrery import FILE'
            : `Stored are: ${all
                .slice(0, 10)
                .map(({ name }) => `“${name}”`)
                .join(', ')}${all.length > 10 ? `, and ${all.length - 10} more` : ''}. Store another with: orrery import FILE`
          : `Give its id: ${found.map((each) => each.id).join(', ')}.`,
    },
  );
}
