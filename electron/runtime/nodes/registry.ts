// The node types this Orrery knows, as the engine and the UI see them: built-in ones, and one palette entry for each tool
// that a server offers right now.

import type { NodeDescriptor } from '../../../shared/model/node-descriptor.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { ToolHost } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';
import { Channel, watched } from '../util/channel.ts';
import type { AnyNodeType } from './define-node.ts';

/** Tools appear in bursts when servers start: the palette is told at most this often, in milliseconds. */
const changeFrameMs = 100;
const toolCallKind = 'tool.call';

export interface RegistryOptions {
  nodes: readonly AnyNodeType[];
  toolHost: Pick<ToolHost, 'tools' | 'onChange'>;
}

export function createRegistry({ nodes, toolHost }: RegistryOptions): NodeRegistry {
  const byKind = new Map(nodes.map((node) => [node.kind, node]));
  const builtIn = nodes.map(describe);
  const changes = new Channel<void>();
  let version = 1;
  let entries: NodeDescriptor[] | undefined;
  toolHost.onChange(() => {
    entries = undefined;
    version += 1;
    changes.send();
  });
  return {
    get: (kind) => byKind.get(kind),
    descriptors() {
      const call = byKind.get(toolCallKind);
      entries ??= call === undefined ? builtIn : [...builtIn, ...toolHost.tools().map((tool) => describeTool(call, tool))];
      return entries;
    },
    watch: (signal) => watched(() => ({ version }), changes.follow(signal), changeFrameMs),
  };
}

/** The type's data without its code: what is left survives JSON. */
function describe(node: AnyNodeType): NodeDescriptor {
  const { kind, version, family, title, description, icon, keywords, effect, inputs, outputs, outputsFromRows, fields, defaults } = node;
  const { summary, imported } = node;
  return {
    kind,
    version,
    entry: kind,
    family,
    title,
    description,
    icon,
    keywords,
    effect,
    inputs,
    outputs,
    ...(outputsFromRows === undefined ? {} : { outputsFromRows }),
    fields,
    defaults,
    ...(summary === undefined ? {} : { summary }),
    ...(imported === undefined ? {} : { imported }),
  };
}

function describeTool(call: AnyNodeType, tool: ToolInfo): NodeDescriptor {
  const words = tool.name.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '');
  return {
    ...describe(call),
    entry: `${toolCallKind}:${tool.server}.${tool.name}`,
    family: 'tool',
    title: tool.title === '' ? tool.name : tool.title,
    description: firstSentence(tool.description) || `Calls ${tool.name} of ${tool.server}.`,
    keywords: [...new Set([...call.keywords, tool.server, tool.name, ...words.map((word) => word.toLowerCase())])],
    defaults: { server: tool.server, tool: tool.name, args: {} },
  };
}

const firstSentence = (text: string): string =>
  (/^[^\n]*?[.!?](?=\s|$)/.exec(text.trim())?.[0] ?? text.trim().split('\n')[0] ?? '').slice(0, 300);
