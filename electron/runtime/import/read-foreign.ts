// Reads a workflow file of another program and says what would become of it. Writes nothing and never throws because of what
// a file holds: whatever it is, there is a report.

import { toAppError } from '../../../shared/errors.ts';
import { type ImportReport, maxImportText } from '../../../shared/model/import-report.ts';
import { findHostileJson, type JsonLimits, type JsonValue } from '../../../shared/model/json.ts';
import { parseWorkflowDocument, type WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { ForeignFile } from './foreign-file.ts';
import { findWorkflows, readN8n } from './n8n/read.ts';
import { readOther } from './others.ts';

const limits: JsonLimits = { maxLength: maxImportText, maxDepth: 100, maxValues: 8_000_000 };
const maxName = 120;

const refused = (summary: string, program: ImportReport['program'] = 'unknown'): ForeignFile => ({
  report: { program, summary, workflows: [] },
  documents: [],
});

export function readForeign(text: string, name?: string): ForeignFile {
  if (text.length > limits.maxLength)
    return refused(`The file is larger than ${maxImportText / 1_000_000} MB, which is more than one import takes.`);
  if (text.trim() === '') return refused('The file is empty.');
  let value: JsonValue;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue;
  } catch (error) {
    return (
      readOther(text, undefined) ??
      refused(`The file is not JSON: ${(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')}`.slice(0, 500))
    );
  }
  const hostile = findHostileJson(value, limits);
  if (hostile !== undefined) return refused(`The file is refused: ${hostile.message}`);
  const title =
    (name ?? '')
      .replace(/\.[a-z]+$/i, '')
      .trim()
      .slice(0, maxName) || 'Imported workflow';
  try {
    return readValue(value, text, title);
  } catch (error) {
    return refused(`The file could not be read: ${toAppError(error).message}`.slice(0, 500));
  }
}

function readValue(value: JsonValue, text: string, title: string): ForeignFile {
  const isOurs = value !== null && typeof value === 'object' && !Array.isArray(value) && value.format === 'orrery.workflow';
  if (isOurs) return readOwn(value);
  const n8n = findWorkflows(value);
  if (n8n.length > 0) return readN8n(n8n, title);
  return (
    readOther(text, value) ??
    refused('This is not a workflow file of a program that is known here (n8n, ComfyUI, Node-RED, Flowise, Rivet).')
  );
}

function readOwn(value: JsonValue): ForeignFile {
  let document: WorkflowDocument;
  try {
    document = parseWorkflowDocument(value, 'The file');
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error), 'orrery');
  }
  const nodes = document.nodes.map((node) => ({
    name: node.title ?? node.id,
    // It stays what it is, so there is nothing that it becomes.
    type: node.kind,
    verdict: 'runs' as const,
    reasons: [],
  }));
  const summary = `An Orrery workflow with ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}.`;
  return {
    report: { program: 'orrery', summary, workflows: [{ name: document.name, verdict: 'runs', nodes, notes: [] }] },
    documents: [document],
  };
}
