// What becomes of a workflow file of Orrery that is imported: what the editor would say of its graph, node by node. Pure.

import type { ImportReport } from '../../../shared/model/import-report.ts';
import type { Complaint } from '../../../shared/model/workflow.ts';

/** The report with the faults of the graph in it. A fault stops a run before it begins, so with one the whole does not run. */
export function withFaults(report: ImportReport, nodeIds: readonly string[], complaints: readonly Complaint[]): ImportReport {
  const faults = complaints.filter(({ severity }) => severity === 'error');
  const [workflow] = report.workflows;
  if (workflow === undefined || faults.length === 0) return report;
  const words = ({ message, hint }: Complaint): string => (hint === undefined ? message : `${message} ${hint}`);
  const nodes = workflow.nodes.map((node, index) => {
    const own = faults.filter((fault) => fault.node === nodeIds[index]);
    return own.length === 0 ? node : { ...node, verdict: 'not' as const, reasons: [...own.map(words), ...node.reasons] };
  });
  const known = new Set(nodeIds);
  const notes = faults.filter(({ node }) => node === undefined || !known.has(node)).map(words);
  const summary = `${report.summary} It does not run before what is named here is mended.`;
  return { ...report, summary, workflows: [{ ...workflow, verdict: 'not', nodes, notes: [...workflow.notes, ...notes] }] };
}
