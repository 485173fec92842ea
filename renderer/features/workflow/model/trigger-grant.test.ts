import { describe, expect, it } from 'vitest';
import { type Grant, grant } from '../../../../shared/model/grant.ts';
import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import { type WorkflowDocument, workflowDocument } from '../../../../shared/model/workflow.ts';
import { catalogOf } from './catalog.ts';
import { folderOf, hostOf, isNothing, liveTriggers, missingFrom, pickedOf, usedBy, withPicked } from './trigger-grant.ts';

const descriptor = (kind: string, fields: NodeDescriptor['fields']): NodeDescriptor => ({
  kind,
  version: 1,
  entry: kind,
  family: 'data',
  title: kind,
  description: '',
  icon: 'file',
  keywords: [],
  effect: 'none',
  inputs: [],
  outputs: [],
  fields,
  defaults: {},
});
const catalog = catalogOf([
  descriptor('data.read-file', [{ key: 'path', label: 'File', kind: 'file' }]),
  descriptor('data.list-folder', [{ key: 'path', label: 'Folder', kind: 'folder' }]),
]);

const document = (nodes: { kind: string; config?: unknown }[]): WorkflowDocument =>
  workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Digest',
    nodes: nodes.map((node, index) => ({ id: `n${index}`, position: { x: 0, y: 0 }, ...node })),
    edges: [],
  });
const given = (value: unknown): Grant => grant.parse(value);

describe('what a graph uses', () => {
  it('takes tools, folders and hosts that are written out, and leaves templates to run time', () => {
    const used = usedBy(
      document([
        { kind: 'trigger.schedule', config: { cron: '0 8 * * *' } },
        { kind: 'tool.call', config: { server: 'files', tool: 'list_folder', args: { path: '/home/ada/in', depth: 2 } } },
        { kind: 'tool.call', config: { server: 'files', tool: 'list_folder', args: { path: '{{ input }}' } } },
        { kind: 'tool.call', config: { server: 'files', tool: 'write_text', args: { path: '/home/ada/out/a.md', text: '/etc' } } },
        { kind: 'data.read-file', config: { path: '/home/ada/plan.md' } },
        { kind: 'data.list-folder', config: { path: '{{ vars.folder }}' } },
        { kind: 'tool.http-request', config: { url: 'https://Example.org/{{ input.id }}' } },
        { kind: 'tool.http-request', config: { url: 'https://{{ input.host }}/x' } },
      ]),
      catalog,
    );
    expect(pickedOf(used)).toEqual(['files.list_folder', 'files.write_text']);
    expect(used.folders).toEqual(['/home/ada']);
    expect(used.hosts).toEqual(['example.org']);
  });

  it('adds the folder that an input is given', () => {
    const graph = document([
      { kind: 'flow.input', config: { name: 'folder', type: 'folder', default: '/home/ada/default' } },
      { kind: 'flow.input', config: { name: 'report', type: 'file' } },
      { kind: 'flow.input', config: { name: 'title', type: 'text' } },
    ]);
    expect(usedBy(graph, catalog).folders).toEqual(['/home/ada/default']);
    expect(usedBy(graph, catalog, { folder: 'C:\\Notes', report: '/var/x/r.txt', title: '/not/a/folder' }).folders).toEqual([
      'C:\\Notes',
      '/var/x',
    ]);
  });

  it('knows which nodes start runs by themselves', () => {
    const graph = document([{ kind: 'trigger.manual' }, { kind: 'trigger.webhook' }, { kind: 'flow.input' }]);
    expect(liveTriggers(graph).map(({ kind }) => kind)).toEqual(['trigger.webhook']);
  });
});

it('what is missing is what would wait in the inbox', () => {
  const used = given({
    tools: [
      { server: 'files', tool: 'read_text', effect: 'allow' },
      { server: 'web', tool: 'fetch', effect: 'allow' },
      { server: 'mail', tool: 'send', effect: 'allow' },
    ],
    folders: ['/home/ada/notes', '/srv'],
    hosts: ['api.example.org', 'other.org'],
  });
  const held = given({
    tools: [
      { server: 'files', tool: '*', effect: 'allow' },
      { server: 'mail', tool: 'send', effect: 'deny' },
    ],
    folders: ['/home/ada'],
    hosts: ['*.example.org'],
  });
  const missing = missingFrom(held, used);
  expect(pickedOf(missing)).toEqual(['web.fetch']);
  expect(missing.folders).toEqual(['/srv']);
  expect(missing.hosts).toEqual(['other.org']);
  expect(isNothing(missing)).toBe(false);
  expect(isNothing(missingFrom(given({ ...used, hosts: ['*'] }), used))).toBe(true);
});

it('ticks keep what was granted before, with its pins, and refusals', () => {
  const before = given({
    tools: [
      { server: 'files', tool: 'read_text', effect: 'allow', pins: { read_text: 'abc' } },
      { server: 'files', tool: 'write_text', effect: 'allow' },
      { server: 'mail', tool: 'send', effect: 'deny' },
    ],
    folders: ['/x'],
  });
  expect(withPicked(before, ['files.read_text', 'web.fetch']).tools).toEqual([
    { server: 'files', tool: 'read_text', effect: 'allow', pins: { read_text: 'abc' } },
    { server: 'mail', tool: 'send', effect: 'deny' },
    { server: 'web', tool: 'fetch', effect: 'allow' },
  ]);
  // Ticking what was refused takes the refusal back.
  expect(withPicked(before, ['mail.send']).tools).toEqual([{ server: 'mail', tool: 'send', effect: 'allow' }]);
});

it('reads folders and hosts as people write them', () => {
  expect(['/a/b/c.md', '/c.md', 'C:\\c.md', 'C:\\a\\c.md'].map(folderOf)).toEqual(['/a/b', '/', 'C:\\', 'C:\\a']);
  expect(
    ['http://user:pw@Host.example:81/x', 'https://[::1]:8080/', 'ftp://x.org', 'https://', '{{ url }}', 'https://a.${secret:X}.org'].map(
      hostOf,
    ),
  ).toEqual(['host.example', '[::1]', undefined, undefined, undefined, undefined]);
});
