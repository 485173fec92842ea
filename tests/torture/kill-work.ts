// The work that the kill torture interrupts. Three kinds of run: the sample workflow as it is shipped, each over a folder of its own;
// one whose every effect is a call of a tool server that writes it down outside the host; and one of every construct (kill-mixed.ts).

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../scripts/built.ts';
import { parseWorkflowDocument, parseWorkflowText, type WorkflowDocument } from '../../shared/model/workflow.ts';
import type { Random } from '../contract/wire-fuzz.ts';
import { mixedDocument, mixedKey, mixedKeys } from './kill-mixed.ts';

export interface Job {
  kind: 'digest' | 'ledger' | 'mixed';
  document: WorkflowDocument;
  inputs: Record<string, string>;
  /** What the outside says of the run's effects; complaints in words, nothing when all is well. */
  checkOutside(ledger: readonly string[]): { missing: string[]; twice: string[] };
  /** The line that a step writes into the ledger; undefined when it writes none, and no one is to be asked about it. */
  keyOf(step: string): string | undefined;
  /** Called when the step's end was acknowledged. */
  onStepDone(step: string): void;
}

const sample = parseWorkflowText(
  readFileSync(path.join(root, 'resources/sample-workflows/folder-digest.json'), 'utf8'),
  'folder-digest.json',
);
const words = ['orbit', 'gear', 'brass', 'moon', 'tide', 'clock', 'arm', 'planet', 'wheel', 'night'];

/** The report is written whole under a new inode each time, so another inode means that it was written again. */
const versionOf = (file: string): string => {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino}/${stat.mtimeNs}`;
};

export function digestJob(folder: string, random: Random): Job {
  mkdirSync(folder, { recursive: true });
  const files = 8 + Math.floor(random() * 32);
  let total = 0;
  for (let index = 0; index < files; index += 1) {
    const count = 1 + Math.floor(random() * 60);
    total += count;
    const text = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join(' ');
    writeFileSync(path.join(folder, `note-${String(index).padStart(3, '0')}.md`), text);
  }
  const report = path.join(folder, 'orrery-digest.md');
  let written: string | undefined;
  return {
    kind: 'digest',
    document: sample,
    inputs: { folder },
    keyOf: () => undefined,
    onStepDone(step) {
      if (step === 'save') written = versionOf(report);
    },
    checkOutside() {
      const text = versionOf(report) === 'none' ? '' : readFileSync(report, 'utf8');
      const isRight = text.includes(`${files} files, ${files} of them text, ${total} words`);
      const isAgain = written !== undefined && versionOf(report) !== written;
      return { missing: isRight ? [] : [report], twice: isAgain ? [report] : [] };
    },
  };
}

const node = (id: string, kind: string, config: object) => ({ id, kind, config, position: { x: 0, y: 0 } });
const edge = (from: string, to: string, port = 'out') => ({
  id: `${from}-${to}`,
  from: { node: from, port },
  to: { node: to, port: 'in' },
});

const ledgerDocument = parseWorkflowDocument({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Ledger',
  nodes: [
    node('name', 'flow.input', { name: 'name', label: 'Name', type: 'text', required: true }),
    node('list', 'data.transform', { expression: "($name := vars.name; [[1..8].($name & '-' & $string($))])" }),
    node('each', 'flow.for-each', { concurrency: 2, onItemError: 'stop' }),
    node('record', 'tool.call', { server: 'ledger', tool: 'record', args: { key: '{{ item }}' } }),
    node('pause', 'flow.delay', { seconds: 0.01 }),
    node('result', 'flow.output', { name: 'keys' }),
  ],
  edges: [
    edge('name', 'list'),
    edge('list', 'each'),
    edge('each', 'record', 'item'),
    edge('record', 'pause'),
    edge('each', 'result', 'done'),
  ],
});

function bookedJob(kind: 'ledger' | 'mixed', name: string, keys: readonly string[], keyOf: Job['keyOf']): Job {
  return {
    kind,
    document: kind === 'ledger' ? ledgerDocument : mixedDocument,
    inputs: { name },
    keyOf,
    onStepDone() {},
    checkOutside(ledger) {
      const counts = new Map<string, number>();
      for (const line of ledger) counts.set(line, (counts.get(line) ?? 0) + 1);
      return { missing: keys.filter((key) => !counts.has(key)), twice: keys.filter((key) => (counts.get(key) ?? 0) > 1) };
    },
  };
}

/** The step `record#3` of the run named `name` writes `name-4`. */
export const ledgerJob = (name: string): Job =>
  bookedJob(
    'ledger',
    name,
    Array.from({ length: 8 }, (_, index) => `${name}-${index + 1}`),
    (step) => (step.startsWith('record') ? `${name}-${Number(/#(\d+)/.exec(step)?.[1] ?? -1) + 1}` : undefined),
  );

export const mixedJob = (name: string): Job => bookedJob('mixed', name, mixedKeys(name), (step) => mixedKey(name, step));
