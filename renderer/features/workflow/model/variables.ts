// What a template or expression in a node may name: its input, the run's inputs, the loop's item, and the nodes before it.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { type Catalog, descriptorOf, portsOf, titleOf } from './catalog.ts';

export interface Variable {
  /** `input.name`, `vars.folder`, `steps.list-folder`. */
  path: string;
  /** Where it comes from, in words. */
  from: string;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  value !== null && value !== undefined && typeof value === 'object' && !Array.isArray(value);

const propertiesOf = (schema: JsonObject): string[] => (isObject(schema.properties) ? Object.keys(schema.properties).slice(0, 12) : []);

/** Liquid reads `a-b` as a name, JSONata as a difference: odd names are quoted for both. */
const member = (parent: string, name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? `${parent}.${name}` : `${parent}["${name}"]`);

export function inputNodes(document: WorkflowDocument): { name: string; config: JsonObject }[] {
  return document.nodes
    .filter((node) => node.kind === 'flow.input')
    .flatMap(({ config }) => (typeof config.name === 'string' && config.name !== '' ? [{ name: config.name, config }] : []));
}

/** `last` gives a node's newest output by port, when it ran before: its keys are then offered too. */
export function variablesFor(
  document: WorkflowDocument,
  catalog: Catalog,
  nodeId: string,
  last: (node: string) => Readonly<Record<string, JsonValue>> | undefined = () => undefined,
): Variable[] {
  const found = new Map<string, Variable>();
  const put = (path: string, from: string) => found.has(path) || found.set(path, { path, from });
  const nodes = new Map<string, WorkflowDocument['nodes'][number]>(document.nodes.map((node) => [node.id, node]));
  let isInLoop = false;

  const before = (id: string) => document.edges.filter((edge) => edge.to.node === id);
  const direct = before(nodeId);
  for (const edge of direct) {
    const source = nodes.get(edge.from.node);
    if (source === undefined) continue;
    const descriptor = descriptorOf(catalog, source);
    const title = titleOf(source, descriptor);
    const base = direct.length === 1 || edge.to.port === 'in' ? 'input' : member('inputs', edge.to.port);
    put(base, title);
    const port = portsOf(descriptor, source, document.edges).outputs.find((candidate) => candidate.name === edge.from.port);
    const value = last(source.id)?.[edge.from.port];
    const keys = isObject(value) ? Object.keys(value).slice(0, 12) : port === undefined ? [] : propertiesOf(port.schema);
    for (const key of keys) put(member(base, key), title);
  }

  const ancestors: string[] = [];
  const seen = new Set([nodeId]);
  const queue = [nodeId];
  for (let id = queue.shift(); id !== undefined; id = queue.shift())
    for (const edge of before(id)) {
      if (nodes.get(edge.from.node)?.kind === 'flow.for-each' && edge.from.port === 'item') isInLoop = true;
      if (seen.has(edge.from.node)) continue;
      seen.add(edge.from.node);
      ancestors.push(edge.from.node);
      queue.push(edge.from.node);
    }
  if (isInLoop) {
    put('item', 'For each');
    put('index', 'For each');
  }
  for (const { name, config } of inputNodes(document))
    put(member('vars', name), typeof config.label === 'string' && config.label !== '' ? config.label : 'Run input');
  for (const id of ancestors) {
    const node = nodes.get(id);
    if (node !== undefined && node.kind !== 'flow.input') put(member('steps', id), titleOf(node, descriptorOf(catalog, node)));
  }
  return [...found.values()].slice(0, 40);
}
