// A large file of another program, in parts, through the real thread: what the host is asked meanwhile is answered.

import { afterAll, expect, test } from 'vitest';
import { maxImportPart } from '../../../shared/model/import-report.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { readApart } from '../../runtime/import/read-apart.ts';
import { Uploads } from '../../runtime/import/uploads.ts';
import { createScripts } from './scripts.ts';

const scripts = createScripts();
afterAll(() => scripts.close());

/** An export of n8n of about so many characters. */
function bigExport(size: number): string {
  const jsCode = `return ${JSON.stringify('x'.repeat(20_000))};`;
  const one = {
    name: 'Big',
    nodes: [
      { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
      ...Array.from({ length: 20 }, (_, at) => ({
        name: `Code ${at}`,
        type: 'n8n-nodes-base.code',
        typeVersion: 2,
        position: [0, 0],
        parameters: { jsCode },
      })),
    ],
    connections: { Start: { main: [[{ node: 'Code 0', type: 'main', index: 0 }]] } },
  };
  const each = JSON.stringify(one);
  return `[${Array.from({ length: Math.ceil(size / each.length) }, () => each).join(',')}]`;
}

test('20 MB of n8n’s workflows are read beside the main loop, which answers meanwhile; each workflow comes by itself', async () => {
  const text = bigExport(20_000_000);
  const uploads = new Uploads(() => 0);
  for (let at = 0; at * maxImportPart < text.length; at += 1)
    uploads.put('upload-1', at, text.slice(at * maxImportPart, (at + 1) * maxImportPart));
  const taken: WorkflowDocument[] = [];
  let isRead = false;
  const reading = readApart(
    scripts,
    { text: uploads.text('upload-1'), name: 'all.json' },
    (each) => taken.push(each),
    new AbortController().signal,
  );
  void reading.then(() => {
    isRead = true;
  });
  // Calls that come while it is read: each is a turn of the loop of its own, and is answered before the file is.
  let answered = 0;
  while (taken.length === 0 && !isRead) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    answered += 1;
  }
  expect(isRead).toBe(false);
  expect(answered).toBeGreaterThan(10);
  const report = await reading;
  expect(report).toMatchObject({ program: 'n8n' });
  expect(taken.length).toBe(report.workflows.length);
  expect(taken.length).toBeGreaterThan(40);
  expect(taken[0]?.nodes.length).toBeGreaterThan(20);
}, 120_000);

test('a cancelled reading ends', async () => {
  const stop = new AbortController();
  const reading = readApart(scripts, { text: bigExport(5_000_000), name: undefined }, () => undefined, stop.signal);
  stop.abort();
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
});

test('parts that are missing, too many, or too old are refused in words', () => {
  let now = 0;
  const uploads = new Uploads(() => now);
  expect(() => uploads.put('upload-1', 1, 'x')).toThrow(expect.objectContaining({ code: 'import-parts-missing' }));
  uploads.put('upload-1', 0, 'a');
  expect(() => uploads.put('upload-1', 2, 'c')).toThrow(expect.objectContaining({ code: 'import-parts-missing' }));
  uploads.put('upload-1', 1, 'b');
  expect(uploads.text('upload-1')).toBe('ab');
  now = 11 * 60_000;
  expect(() => uploads.text('upload-1')).toThrow(expect.objectContaining({ code: 'import-parts-missing' }));
  const part = 'x'.repeat(maxImportPart);
  const fill = (): void => {
    for (let at = 0; at < 100; at += 1) uploads.put('upload-2', at, part);
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'import-too-large' }));
});
