// Saved workflows, the node types they may use, and what is wrong with a graph.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { workflowId } from '../model/ids.ts';
import { importReport, maxImportPart } from '../model/import-report.ts';
import { nodeDescriptor } from '../model/node-descriptor.ts';
import { complaint, portRef, workflow, workflowDocument, workflowSummary } from '../model/workflow.ts';
import { call, nothing } from './base.ts';

const sample = z.object({
  file: z.string(),
  name: z.string(),
  description: z.string(),
  nodeCount: z.number().int(),
  /** For the gallery's filter: "files", "text", "data", "people", "schedule", … */
  tags: z.array(z.string()),
  /** Node families in the order of the graph, for its small picture: [x, y, family] and edges by index. */
  sketch: z.object({
    nodes: z.array(z.object({ x: z.number(), y: z.number(), family: z.string(), icon: z.string(), title: z.string() })),
    edges: z.array(z.tuple([z.number().int(), z.number().int()])),
  }),
});

const uploadId = z.string().regex(/^[\w-]{8,64}$/);

export const workflowsContract = {
  list: call.input(z.object({ query: z.string().max(200).default('') })).output(z.array(workflowSummary)),
  get: call.input(z.object({ id: workflowId })).output(workflow),
  create: call.input(z.object({ document: workflowDocument })).output(workflow),
  /** Refused with `workflow-changed-elsewhere` when `revision` is not the stored one. Wrong graphs may be saved: work in progress is kept. */
  save: call.input(z.object({ id: workflowId, revision: z.number().int(), document: workflowDocument })).output(workflow),
  remove: call.input(z.object({ id: workflowId })).output(nothing),
  duplicate: call.input(z.object({ id: workflowId })).output(workflow),
  /** Reads a workflow file's text and stores it; nothing is written when it is refused. One message carries at most 4 MB. */
  importText: call.input(z.object({ text: z.string().max(3_500_000), name: z.string().max(200).optional() })).output(workflow),
  /**
   * Reads a file of another program (n8n; ComfyUI, Node-RED, Flowise and Rivet are recognised) and says node by node what would run.
   * Writes nothing. An Orrery workflow gives a report in which everything runs.
   */
  readForeign: call
    .input(z.object({ text: z.string().max(3_500_000), name: z.string().max(200).optional() }))
    .output(z.object({ report: importReport, document: workflowDocument.optional() })),
  /** The same, and stores what could be read as workflows (n8n exports may hold several). */
  importForeign: call
    .input(z.object({ text: z.string().max(3_500_000), name: z.string().max(200).optional() }))
    .output(z.object({ report: importReport, workflows: z.array(workflow) })),
  /** One part of a file that is larger than one message, in order from 0. Kept in memory for some minutes. */
  putImportPart: call
    .input(z.object({ upload: uploadId, index: z.number().int().min(0).max(999), text: z.string().max(maxImportPart) }))
    .output(nothing),
  /** Reads what came in parts, beside the host's other work; with `store`, stores what could be read as workflows and forgets the parts. */
  readImportParts: call
    .input(z.object({ upload: uploadId, name: z.string().max(200).optional(), store: z.boolean() }))
    .output(
      z.object({ report: importReport, count: z.number().int(), workflows: z.array(z.object({ id: workflowId, name: z.string() })) }),
    ),
  listSamples: call.output(z.array(sample)),
  openSample: call.input(z.object({ file: z.string().max(200) })).output(workflow),
  /** Built-in node types, and an entry for each tool found. */
  listNodeTypes: call.output(z.array(nodeDescriptor)),
  /** Says so whenever the list of node types changes, e.g. a tool server became ready. */
  watchNodeTypes: call.output(eventIterator(z.object({ version: z.number().int() }))),
  check: call.input(z.object({ document: workflowDocument })).output(z.array(complaint)),
  /** May this connection be made? The complaint says why not, in words. */
  checkConnection: call
    .input(z.object({ document: workflowDocument, from: portRef, to: portRef }))
    .output(z.object({ complaint: complaint.optional() })),
};
