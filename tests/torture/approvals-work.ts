// The work that the approvals torture lets wait: two workflows that start by themselves and whose one effect no grant allows. One calls a
// tool that writes itself down outside the host, one writes a file outside every granted folder: both leave a trace that no host can take back.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseWorkflowDocument, type WorkflowDocument } from '../../shared/model/workflow.ts';

const node = (id: string, kind: string, config: object) => ({ id, kind, config, position: { x: 0, y: 0 } });
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } });

/** The step whose effect is asked about. */
export const effectStep = 'act';

function workflow(name: string, act: ReturnType<typeof node>): WorkflowDocument {
  return parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name,
    nodes: [
      // Due in years: only the torture starts it.
      node('start', 'trigger.schedule', { mode: 'every', every: 1000, unit: 'days', missed: 'skip' }),
      node('name', 'flow.input', { name: 'name', label: 'Name', type: 'text', required: true }),
      act,
      node('result', 'flow.output', { name: 'result' }),
    ],
    edges: [edge('start', effectStep), edge(effectStep, 'result')],
  });
}

export const ledgerWorkflow = workflow(
  'Ledger',
  node(effectStep, 'tool.call', { server: 'ledger', tool: 'record', args: { key: '{{ vars.name }}' } }),
);
export const fileWorkflow = (folder: string): WorkflowDocument =>
  workflow(
    'File',
    node(effectStep, 'data.write-file', { path: path.join(folder, '{{ vars.name }}.txt'), text: 'written by {{ vars.name }}' }),
  );

/** How often each name's effect happened, by the outside: lines of the ledger, or a file that is there. */
export function outside(ledgerFile: string, folder: string): (name: string) => number {
  const counts = new Map<string, number>();
  for (const line of readFileSync(ledgerFile, 'utf8').split('\n')) if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
  return (name) => (counts.get(name) ?? 0) + (existsSync(path.join(folder, `${name}.txt`)) ? 1 : 0);
}
