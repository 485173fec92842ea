// An n8n file: one workflow, a list of them, or an export with several. Gives a report and what could be read as workflows.

import type { ImportReport } from '../../../../shared/model/import-report.ts';
import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { maxNodes } from '../../../../shared/model/workflow.ts';
import { convertWorkflow } from './convert.ts';
import { newRoom } from './embedded.ts';
import { behaviourOf, isTrigger, shortType } from './nodes/index.ts';
import { looksLikeN8n, parseWorkflow } from './parse.ts';
import { defaultZone } from './run-workflow.ts';
import type { N8nWorkflow } from './types.ts';
import { isObject } from './values.ts';

export interface N8nFile {
  report: ImportReport;
  documents: WorkflowDocument[];
}

/** The workflows in a value, wherever exports put them. */
export function findWorkflows(value: JsonValue): JsonObject[] {
  if (looksLikeN8n(value)) return [value];
  if (Array.isArray(value)) return value.filter(looksLikeN8n);
  if (!isObject(value)) return [];
  for (const key of ['workflows', 'data', 'workflow']) {
    const inner = value[key];
    if (looksLikeN8n(inner)) return [inner];
    if (Array.isArray(inner) && inner.some(looksLikeN8n)) return inner.filter(looksLikeN8n);
    // A template of n8n's own library has its workflow one level further in.
    if (isObject(inner) && looksLikeN8n(inner.workflow)) return [inner.workflow];
  }
  return [];
}

export function readN8n(found: JsonObject[], name: string): N8nFile {
  const parsed = found.slice(0, 200).map((json, index) => parseWorkflow(json, found.length === 1 ? name : `${name} ${index + 1}`));
  const others = new Map<string, N8nWorkflow>();
  for (const { workflow } of parsed) {
    if (workflow.id !== '') others.set(workflow.id, workflow);
    if (!others.has(workflow.name)) others.set(workflow.name, workflow);
  }
  const documents: WorkflowDocument[] = [];
  const room = newRoom();
  const workflows: ImportReport['workflows'] = [];
  for (const { workflow, faults } of parsed) {
    if (workflow.nodes.length > maxNodes) {
      workflows.push({
        name: workflow.name.slice(0, 200),
        verdict: 'not',
        nodes: [],
        notes: [`It has ${workflow.nodes.length} nodes; ${maxNodes} are the most.`],
      });
      continue;
    }
    const wasShort = room.isShort;
    const converted = convertWorkflow(workflow, others, room);
    documents.push(converted.document);
    const reached = converted.nodes.filter((node) => node.kind !== 'note.text');
    const verdict = reached.every((node) => node.verdict === 'runs')
      ? 'runs'
      : reached.some((node) => node.verdict !== 'not')
        ? 'partly'
        : 'not';
    const hasStart = workflow.nodes.some((node) => isTrigger(node.type) && behaviourOf(node.type) !== undefined && !node.disabled);
    workflows.push({
      name: workflow.name.slice(0, 200),
      verdict: hasStart ? verdict : 'not',
      nodes: converted.nodes,
      notes: [
        ...notesOn(workflow, faults, converted.isDrawn, hasStart),
        ...(room.isShort && !wasShort
          ? ['The workflows of this file that are called are too large to be taken along here and in what follows; those calls will fail.']
          : []),
      ],
    });
  }
  return { report: { program: 'n8n', summary: summarise(workflows), workflows }, documents };
}

function summarise(workflows: ImportReport['workflows']): string {
  const nodes = workflows.flatMap((workflow) => workflow.nodes);
  const count = (verdict: string): number => nodes.filter((node) => node.verdict === verdict).length;
  const what = workflows.length === 1 ? 'An n8n workflow' : `${workflows.length} n8n workflows`;
  if (nodes.length === 0) return `${what} without nodes.`;
  return `${what}: of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'} ${count('runs')} run, ${count('partly')} partly, ${count('not')} not.`;
}

function notesOn(workflow: N8nWorkflow, faults: string[], isDrawn: boolean, hasStart: boolean): string[] {
  const notes = faults.slice(0, 20);
  if (faults.length > 20) notes.push(`And ${faults.length - 20} more faults like these.`);
  if (!hasStart) notes.push('Nothing starts it: it has no trigger that is known here.');
  if (!isDrawn)
    notes.push('It goes round in a loop or depends on n8n’s order, so it is one step on the canvas that runs in n8n’s own order.');
  const names = new Set(workflow.nodes.flatMap((node) => node.credentials.map(({ kind, name }) => `${name} (${kind})`)));
  if (names.size > 0) notes.push(`Credentials it names, whose values are never imported: ${[...names].slice(0, 30).join(', ')}.`);
  if (typeof workflow.settings.timezone !== 'string')
    notes.push(`The file names no time zone; n8n’s default, ${defaultZone}, is used in its expressions and schedules.`);
  if (typeof workflow.settings.errorWorkflow === 'string')
    notes.push('Its error workflow is not taken over; use a trigger for finished runs.');
  if (workflow.pinData.size > 0) notes.push('Pinned items are kept in the nodes and stand in for running them.');
  if (workflow.nodes.some((node) => shortType(node.type) === 'executeWorkflow'))
    notes.push('Workflows it calls are taken from the same file; others have to be imported together with it.');
  return notes.map((note) => note.slice(0, 1000));
}
