// What the UI knows of a node type: serialisable data, sent by the runtime. Built-in nodes and tools found at run time
// are drawn by the same code from it. The UI never imports node code.

import { z } from 'zod';
import { jsonObject, jsonValue } from './json.ts';

export const nodeFamily = z.enum(['trigger', 'flow', 'data', 'tool', 'model', 'memory', 'person', 'output', 'note']);
export type NodeFamily = z.infer<typeof nodeFamily>;

/** `none`: pure. `idempotent`: repeated under the same key after a crash. `once`: an unknown outcome waits for a person. */
export const effect = z.enum(['none', 'idempotent', 'once']);
export type Effect = z.infer<typeof effect>;

export const portSpec = z.object({
  name: z.string().min(1),
  label: z.string(),
  schema: jsonObject,
  /** Inputs only: the node is skipped, or the graph refused, without it. */
  required: z.boolean().optional(),
  /** Inputs only: accepts several edges; the value is then a list in edge order. */
  many: z.boolean().optional(),
  /** Outputs only: mostly nothing follows. Drawn where something does, and while the node is looked at. */
  atEnd: z.boolean().optional(),
});
export type PortSpec = z.infer<typeof portSpec>;

const base = {
  /** The key in the node's config. */
  key: z.string(),
  label: z.string(),
  help: z.string().optional(),
  placeholder: z.string().optional(),
  required: z.boolean().optional(),
  /** Shown only while another field has one of these values. */
  when: z.object({ key: z.string(), is: z.array(jsonValue) }).optional(),
  /** Folded away under "More". */
  advanced: z.boolean().optional(),
};

export const fieldSpec = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('text') }),
  z.object({ ...base, kind: z.literal('long-text') }),
  /** A cron pattern: its words and next times are shown below it. `zoneKey` names the config key of its time zone. */
  z.object({ ...base, kind: z.literal('schedule'), zoneKey: z.string().optional() }),
  /** Liquid text: `{{ input.name }}`. */
  z.object({ ...base, kind: z.literal('template'), lines: z.number().optional() }),
  /** A JSONata expression. */
  z.object({ ...base, kind: z.literal('expression'), lines: z.number().optional() }),
  z.object({ ...base, kind: z.literal('number'), min: z.number().optional(), max: z.number().optional(), unit: z.string().optional() }),
  z.object({ ...base, kind: z.literal('toggle') }),
  z.object({ ...base, kind: z.literal('select'), options: z.array(z.object({ value: z.string(), label: z.string() })) }),
  /** A path, templates allowed, with a picker. */
  z.object({ ...base, kind: z.literal('file') }),
  z.object({ ...base, kind: z.literal('folder') }),
  z.object({ ...base, kind: z.literal('json') }),
  /** A list of rows, each with its own small form: switch cases, headers, inputs. */
  z.object({
    ...base,
    kind: z.literal('rows'),
    columns: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        kind: z.enum(['text', 'template', 'expression', 'select']),
        options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
        placeholder: z.string().optional(),
      }),
    ),
    addLabel: z.string(),
  }),
  /** Picks a tool server and one of its tools: config `{server, tool}` under this key's two siblings. */
  z.object({ ...base, kind: z.literal('tool') }),
  /** The arguments of the picked tool, drawn from its input schema; string values may be templates. */
  z.object({ ...base, kind: z.literal('tool-arguments') }),
  z.object({ ...base, kind: z.literal('model') }),
  z.object({ ...base, kind: z.literal('agent') }),
  z.object({ ...base, kind: z.literal('workflow') }),
  z.object({ ...base, kind: z.literal('secret') }),
]);
export type FieldSpec = z.infer<typeof fieldSpec>;
export type FieldKind = FieldSpec['kind'];

export const nodeDescriptor = z.object({
  kind: z.string(),
  version: z.number().int(),
  /** Distinguishes palette entries of one kind, e.g. `tool.call:files.read_text`; equals `kind` otherwise. */
  entry: z.string(),
  family: nodeFamily,
  title: z.string(),
  /** One sentence: what it does. */
  description: z.string(),
  /** A lucide icon name in kebab-case. */
  icon: z.string(),
  keywords: z.array(z.string()),
  effect,
  inputs: z.array(portSpec),
  outputs: z.array(portSpec),
  /** Extra outputs, one for each row of a `rows` field: named by that row's value under `column`. */
  outputsFromRows: z.object({ field: z.string(), column: z.string(), schema: jsonObject }).optional(),
  fields: z.array(fieldSpec),
  /** Config of a newly placed node. */
  defaults: jsonObject,
  /** Liquid over the config for the card's quiet second line, e.g. `{{ path }}`. */
  summary: z.string().optional(),
  /** Made by an import, from another program's file. Not offered: placed by hand it would have nothing to do. */
  imported: z.object({ offered: z.boolean() }).optional(),
});
export type NodeDescriptor = z.infer<typeof nodeDescriptor>;

/** Every node that may fail has this output while its `onError` is `continue`. */
export const errorPort: PortSpec = {
  name: 'error',
  label: 'Error',
  schema: { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } } },
};

/** The outputs a placed node really has: the fixed ones, one for each row where so described, and the error port. */
export function outputsOf(
  descriptor: Pick<NodeDescriptor, 'outputs' | 'outputsFromRows'>,
  node: { config: Record<string, unknown>; onError?: 'stop' | 'continue' | undefined },
): PortSpec[] {
  const ports = [...descriptor.outputs];
  const from = descriptor.outputsFromRows;
  if (from !== undefined) {
    const rows = node.config[from.field];
    const extra: PortSpec[] = [];
    for (const row of Array.isArray(rows) ? rows : []) {
      const name = row !== null && typeof row === 'object' ? (row as Record<string, unknown>)[from.column] : undefined;
      if (typeof name === 'string' && name !== '' && !ports.concat(extra).some((port) => port.name === name))
        extra.push({ name, label: name, schema: from.schema });
    }
    ports.unshift(...extra);
  }
  if (node.onError === 'continue' && !ports.some((port) => port.name === errorPort.name)) ports.push(errorPort);
  return ports;
}
