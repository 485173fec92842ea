// What a person is shown of an effect that was cut off: the tool, what it was given, and where to look.

import { expect, onTestFinished, test } from 'vitest';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { graph, openLab, until } from '../../../tests/helpers/engine-lab.ts';
import { leave } from '../../../tests/helpers/left-run.ts';
import { builtInNodes } from '../nodes/nodes.generated.ts';
import type { Ports } from '../ports.ts';
import { cutOffCall } from './cut-off-call.ts';

const redact = (text: string): string => text.replaceAll('hunter2', '[secret]');

test('the tool and its arguments are shown without secrets, cut, on lines that end nowhere else', () => {
  const shown = cutOffCall(
    { server: 'mail', tool: 'send\u202e', args: { to: 'anna@example.org', n: 3, body: `${'x'.repeat(1995)}hunter2` } },
    redact,
  );
  expect(shown.tool).toBe('mail.send');
  expect(shown.given.slice(0, 2)).toEqual([
    { label: 'to', text: 'anna@example.org' },
    { label: 'n', text: '3' },
  ]);
  expect(shown.given[2]?.text).toMatch(/^x{1995}\[secr… \(3 more characters\)$/);
  expect(JSON.stringify(shown)).not.toContain('hunter');
  expect(shown.look).toBe('Look where mail does its work, and at its log: was it called, and what did it do?');
});

test('many and huge arguments stay within what one can read', () => {
  const args = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}`, 'y'.repeat(100_000)]));
  const { given } = cutOffCall({ server: 's', tool: 't', args }, redact);
  expect(given).toHaveLength(41);
  expect(given.at(-1)).toEqual({ label: '…', text: 'and 460 more' });
  expect(JSON.stringify(given).length).toBeLessThan(20_000);
});

test.each([
  [{ server: 'files', tool: 'move_file', args: { from: '/a', to: '/b' } }, 'Look at /a and /b: is it as this would have left it?'],
  [
    { server: 'web', tool: 'http_request', args: { url: 'https://example.org/x' } },
    'Look at example.org: did the request arrive there? What it changes is seen there only.',
  ],
  [{ server: 'memory', tool: 'remember', args: { text: 'x' } }, 'Look at Memory: is it there?'],
])('where to look: %j', (call, look) => expect(cutOffCall(call, redact).look).toBe(look));

/** A run that a crash left after its intent was kept. */
async function askedAfterCrash(document: WorkflowDocument, node: string) {
  const tools = { tools: () => [], servers: () => [], onChange: () => () => undefined } as unknown as Ports['tools'];
  const lab = openLab(builtInNodes, { tools });
  onTestFinished(() => lab.close());
  const { store } = lab.lab.ports;
  await leave(lab, document, [{ type: 'step-start', at: 5, step: node, node, attempt: 1 }]);
  lab.lab.engine.resumeUnfinished();
  await until(() => store.inbox.openCount() === 1, 'it asks');
  return store.inbox.list({ status: 'open', limit: 1 })[0]?.request;
}

test('a step of a graph shows the call as it was given to it, with what its templates gave', async () => {
  const variables = [{ name: 'who', schema: {}, initial: 'Anna' }];
  const call = { id: 'c', kind: 'tool.call', config: { server: 'mail', tool: 'send', args: { to: '{{ vars.who }}' } } };
  expect(await askedAfterCrash({ ...graph([call], [], 'Nightly'), variables }, 'c')).toMatchObject({
    kind: 'unknown-outcome',
    startedAt: 5,
    tool: 'mail.send',
    given: [{ label: 'to', text: 'Anna' }],
  });
});

test('a request of a graph shows its address and its body', async () => {
  const request = { id: 'h', kind: 'tool.http-request', config: { method: 'POST', url: 'https://example.org/pay', body: 'twice' } };
  expect(await askedAfterCrash(graph([request], [], 'Nightly'), 'h')).toMatchObject({
    tool: 'web.http_request',
    given: expect.arrayContaining([
      { label: 'url', text: 'https://example.org/pay' },
      { label: 'body', text: 'twice' },
    ]),
    look: expect.stringContaining('example.org'),
  });
});
