// The node types the runtime offers, arranged for look-up, and what a placed node's ports and words are.

import type { JsonObject, JsonValue } from '../../../../shared/model/json.ts';
import { errorPort, type FieldSpec, type NodeDescriptor, outputsOf, type PortSpec } from '../../../../shared/model/node-descriptor.ts';
import { cronWords } from '../../../../shared/model/schedule-words.ts';
import type { WorkflowEdge, WorkflowNode } from '../../../../shared/model/workflow.ts';

export interface Catalog {
  entries: readonly NodeDescriptor[];
  byEntry: ReadonlyMap<string, NodeDescriptor>;
}

export const emptyCatalog: Catalog = { entries: [], byEntry: new Map() };

export const catalogOf = (entries: readonly NodeDescriptor[]): Catalog => ({
  entries,
  byEntry: new Map(entries.map((entry) => [entry.entry, entry])),
});

/** A tool's own entry where its config names one; the kind's otherwise; undefined for a kind this Orrery does not know. */
export function descriptorOf(catalog: Catalog, node: Pick<WorkflowNode, 'kind' | 'config'>): NodeDescriptor | undefined {
  const { server, tool } = node.config;
  if (typeof server === 'string' && typeof tool === 'string') {
    const own = catalog.byEntry.get(`${node.kind}:${server}.${tool}`);
    if (own !== undefined) return own;
  }
  return catalog.byEntry.get(node.kind) ?? catalog.entries.find((entry) => entry.kind === node.kind);
}

export interface Ports {
  inputs: PortSpec[];
  outputs: PortSpec[];
}

/** An unknown node keeps the ports its edges name, so that the graph around it stays as it was. */
export function portsOf(descriptor: NodeDescriptor | undefined, node: WorkflowNode, edges: readonly WorkflowEdge[]): Ports {
  if (descriptor !== undefined) return { inputs: descriptor.inputs, outputs: outputsOf(descriptor, node) };
  const named = (names: string[]) => [...new Set(names)].map((name) => ({ name, label: name, schema: {} }));
  return {
    inputs: named(edges.filter((edge) => edge.to.node === node.id).map((edge) => edge.to.port)),
    outputs: [
      ...named(edges.filter((edge) => edge.from.node === node.id && edge.from.port !== errorPort.name).map((edge) => edge.from.port)),
      ...(node.onError === 'continue' ? [errorPort] : []),
    ],
  };
}

export const titleOf = (node: Pick<WorkflowNode, 'title' | 'kind'>, descriptor: NodeDescriptor | undefined): string =>
  node.title ?? descriptor?.title ?? node.kind;

/** A value in a few words. */
function inWords(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  // A template in the config is shown as the name it stands for.
  if (typeof value === 'string') return value.replace(/\{\{\s*([^}|]*?)\s*(\|[^}]*)?\}\}/g, '$1');
  if (Array.isArray(value)) return value.length === 0 ? '' : String(value.length);
  if (typeof value === 'object') return '';
  return String(value);
}

/** Shown only while another field has one of these values. */
export const isShown = (spec: FieldSpec, config: JsonObject): boolean =>
  spec.when === undefined || spec.when.is.some((value) => JSON.stringify(value) === JSON.stringify(config[spec.when?.key ?? '']));

/** The card's quiet second line: a schedule in words where the node has one, else the descriptor's summary. */
export function summaryOf(descriptor: NodeDescriptor | undefined, config: JsonObject): string {
  const schedule = descriptor?.fields.find((spec) => spec.kind === 'schedule' && isShown(spec, config));
  const cron = schedule === undefined ? undefined : config[schedule.key];
  if (schedule?.kind === 'schedule' && typeof cron === 'string' && cron.trim() !== '') {
    const zone = schedule.zoneKey === undefined ? undefined : config[schedule.zoneKey];
    return cronWords(cron, typeof zone === 'string' ? zone : '');
  }
  return renderSummary(descriptor?.summary, config);
}

/** `{% if key == "value" %}this{% else %}that{% endif %}`, without anything inside it. */
const choose = (template: string, config: JsonObject): string =>
  template.replace(
    /\{%\s*if\s+(\w+)\s*==\s*["']([^"']*)["']\s*%\}(.*?)(?:\{%\s*else\s*%\}(.*?))?\{%\s*endif\s*%\}/g,
    (_match, key: string, value: string, yes: string, no: string | undefined) => (config[key] === value ? yes : (no ?? '')),
  );

/** Fills `{{ path.to.key }}` from the config. Filters and other tags are dropped, never run: a summary is words, not a program. */
export function renderSummary(template: string | undefined, config: JsonObject): string {
  if (template === undefined) return '';
  return choose(template, config)
    .replace(/\{%[^%]*%\}/g, '')
    .replace(/\{\{([^}]*)\}\}/g, (_match, inside: string) => {
      const path = inside.split('|')[0]?.trim() ?? '';
      let value: JsonValue | undefined = config;
      for (const key of path.split('.')) {
        if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key)) return '';
        value = value[key];
      }
      return inWords(value);
    })
    .replace(/\s+/g, ' ')
    .replace(/^[\s·:,–-]+|[\s·:,–-]+$/g, '')
    .trim()
    .slice(0, 160);
}
