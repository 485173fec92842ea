// Settings of a node that its type does not know, as those with a mistyped name are: nothing reads them, and the import says so. Pure.

import { z } from 'zod';
import type { ImportReport } from '../../../shared/model/import-report.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import type { NodeRegistry } from '../services.ts';

const maxNamed = 20;

/** The report with a reason for each; such a node runs, but not as it was written. `nodes` of the report are those of the document. */
export function withUnknownSettings(report: ImportReport, document: WorkflowDocument, registry: Pick<NodeRegistry, 'get'>): ImportReport {
  const [workflow] = report.workflows;
  if (workflow === undefined) return report;
  const nodes = workflow.nodes.map((node, index) => {
    const given = document.nodes[index];
    const reasons = given === undefined ? [] : unknownIn(given, registry);
    if (reasons.length === 0) return node;
    return { ...node, verdict: node.verdict === 'runs' ? ('partly' as const) : node.verdict, reasons: [...node.reasons, ...reasons] };
  });
  const isPartly = nodes.some(({ verdict }, index) => verdict !== workflow.nodes[index]?.verdict);
  return { ...report, workflows: [{ ...workflow, verdict: isPartly && workflow.verdict === 'runs' ? 'partly' : workflow.verdict, nodes }] };
}

function unknownIn({ kind, version, config }: WorkflowDocument['nodes'][number], registry: Pick<NodeRegistry, 'get'>): string[] {
  const type = registry.get(kind);
  // One of an older version has the names of that version.
  if (type === undefined || type.version !== version || !(type.config instanceof z.ZodObject)) return [];
  // Where further names are let in, all are known.
  if (type.config.def.catchall !== undefined && !(type.config.def.catchall instanceof z.ZodNever)) return [];
  const known = Object.keys(type.config.shape);
  return Object.keys(config)
    .filter((name) => !known.includes(name))
    .slice(0, maxNamed)
    .map((name) => {
      const near = nearest(name, known);
      return `Its setting “${name.slice(0, 100)}” is not known and does nothing.${near === undefined ? '' : ` Perhaps “${near}” is meant.`}`;
    });
}

/** The known name that is written most alike: one begins as the other does, or few signs differ. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const begins = known.find(
    (each) => plain(each) !== '' && wanted !== '' && (wanted.startsWith(plain(each)) || plain(each).startsWith(wanted)),
  );
  if (begins !== undefined) return begins;
  const [first] = known
    .map((each) => ({ each, alike: commonStart(wanted, plain(each)), far: distance(wanted.slice(0, 60), plain(each)) }))
    .filter(({ each, alike, far }) => far <= Math.max(1, Math.floor(each.length / 3)) || (alike >= 3 && alike * 2 >= plain(each).length))
    .sort((one, other) => one.far - other.far);
  return first?.each;
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** How many signs are put in, left out or changed. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at += 1) {
    const row = [at];
    for (let to = 1; to <= other.length; to += 1)
      row[to] = Math.min((row[to - 1] ?? 0) + 1, (before[to] ?? 0) + 1, (before[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1));
    before = row;
  }
  return before[other.length] ?? one.length;
}
