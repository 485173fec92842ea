import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type NodeEntry, nodeEntries, nodeEntry } from './node-entry.ts';

it.each(Object.keys(nodeEntries) as NodeEntry[])('%s is there when run from source', (name) =>
  expect(existsSync(nodeEntry(name))).toBe(true),
);

it('is beside the bundle when built', () => {
  expect(nodeEntry('tool-host-worker', 'file:///app/out/main/index.js').href).toBe('file:///app/out/main/tool-host-worker.js');
});
