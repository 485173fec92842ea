// What the gallery shows of a sample: words to filter by, and a small picture, both computed from its graph.

import type { NodeDescriptor } from '../../../shared/model/node-descriptor.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';

const tagsByKind: Record<string, string> = {
  'data.read-file': 'files',
  'data.write-file': 'files',
  'output.write-file': 'files',
  'data.list-folder': 'files',
  'trigger.files': 'files',
  'data.transform': 'data',
  'data.code': 'data',
  'n8n.step': 'data',
  'data.template': 'text',
  'tool.http-request': 'web',
  'person.ask': 'people',
  'trigger.schedule': 'schedule',
};
const tagsByFamily: Record<string, string> = { model: 'models', memory: 'memory', person: 'people', tool: 'tools' };

export interface SampleSummary {
  tags: string[];
  sketch: {
    nodes: { x: number; y: number; family: NodeDescriptor['family']; icon: string; title: string }[];
    edges: [number, number][];
  };
}

export function summariseSample(document: WorkflowDocument, descriptors: readonly NodeDescriptor[]): SampleSummary {
  const byKind = new Map(descriptors.map((descriptor) => [descriptor.kind, descriptor]));
  const drawn = document.nodes.filter((node) => byKind.get(node.kind)?.family !== 'note');
  const index = new Map(drawn.map((node, at) => [node.id as string, at]));
  const tags = new Set<string>();
  const nodes = drawn.map((node) => {
    const descriptor = byKind.get(node.kind);
    const family = descriptor?.family ?? 'data';
    const tag = tagsByKind[node.kind] ?? tagsByFamily[family];
    if (tag !== undefined) tags.add(tag);
    if (node.kind.startsWith('trigger.') && node.kind !== 'trigger.manual') tags.add('triggers');
    return { ...node.position, family, icon: descriptor?.icon ?? 'circle', title: node.title ?? descriptor?.title ?? node.kind };
  });
  const edges = document.edges.flatMap(({ from, to }): [number, number][] => {
    const [a, b] = [index.get(from.node), index.get(to.node)];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
  return { tags: [...tags].sort(), sketch: { nodes, edges } };
}
