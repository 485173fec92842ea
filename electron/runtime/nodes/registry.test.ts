import { expect, test } from 'vitest';
import { nodeDescriptor } from '../../../shared/model/node-descriptor.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { AnyNodeType } from './define-node.ts';
import { createRegistry } from './registry.ts';
import { switchNode } from './switch.node.ts';
import { toolCallNode } from './tool-call.node.ts';

const nodes = [toolCallNode, switchNode] as AnyNodeType[];
const tool = (name: string): ToolInfo => ({
  server: 'files' as ToolInfo['server'],
  name,
  title: 'Read a file',
  description: 'Reads a file. It must be text.',
  inputSchema: { type: 'object' },
  readOnly: true,
  idempotent: true,
  destructive: false,
});

function hostWith(tools: ToolInfo[]) {
  const listeners = new Set<() => void>();
  const host = {
    tools: () => tools,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return { host, change: () => listeners.forEach((listener) => void listener()) };
}

test('descriptors survive JSON, and each tool found has an entry', () => {
  const registry = createRegistry({ nodes, toolHost: hostWith([tool('read_text')]).host });
  const descriptors = registry.descriptors();
  expect(nodeDescriptor.array().parse(JSON.parse(JSON.stringify(descriptors)))).toEqual(descriptors);
  expect(descriptors.at(-1)).toMatchObject({
    kind: 'tool.call',
    entry: 'tool.call:files.read_text',
    title: 'Read a file',
    description: 'Reads a file.',
    family: 'tool',
    defaults: { server: 'files', tool: 'read_text', args: {} },
  });
  expect(descriptors.at(-1)?.keywords).toContain('read');
  expect(registry.get('tool.call')).toBe(toolCallNode);
  expect(registry.get('acme.unknown')).toBeUndefined();
});

test('counts up when tools change', async () => {
  const tools = [tool('read_text')];
  const { host, change } = hostWith(tools);
  const registry = createRegistry({ nodes, toolHost: host });
  const stop = new AbortController();
  const versions: number[] = [];
  for await (const { version } of registry.watch(stop.signal)) {
    versions.push(version);
    if (versions.length === 2) break;
    tools.push(tool('write_text'));
    change();
  }
  stop.abort();
  expect(versions).toEqual([1, 2]);
  expect(registry.descriptors().map((each) => each.entry)).toContain('tool.call:files.write_text');
});
