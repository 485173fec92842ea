import { expect, test } from 'vitest';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { askPersonNode } from './ask-person.node.ts';

test('puts the rendered question into the inbox and gives the answer, over a restart too', async () => {
  const node = openNode(askPersonNode);
  const run = node.start({ question: 'Send it to {{ input.to }}?' }, { given: [{ to: 'Ada' }] });
  const open = () => node.lab.lab.ports.store.inbox.list({ status: 'open', limit: 5 });
  await until(() => open().length === 1, 'the question is asked');
  await node.lab.reopen();
  node.lab.lab.engine.resumeUnfinished();
  const [item] = open();
  expect(item?.request).toEqual({ kind: 'question', question: 'Send it to Ada?' });
  if (item !== undefined) node.lab.lab.inbox.answer(item.id, { kind: 'question', value: 'yes' });
  const end = await node.end(run);
  expect(end.outputs).toEqual({ out: 'yes' });
});

test('an empty answer form means plain text', async () => {
  const node = openNode(askPersonNode);
  const run = node.start({ question: 'Why?', schema: {} });
  const open = () => node.lab.lab.ports.store.inbox.list({ status: 'open', limit: 5 });
  await until(() => open().length === 1, 'the question is asked');
  expect(open()[0]?.request).toEqual({ kind: 'question', question: 'Why?' });
  await node.lab.lab.engine.cancel(run);
  expect((await node.end(run)).status).toBe('cancelled');
});

test('given a time, it goes on with its own value when nobody answers, or fails with what to do', async () => {
  const node = openNode(askPersonNode);
  // A little over a tenth of a second.
  const expiresHours = 0.00003;
  const goOn = await node.end(node.start({ question: 'Why?', expiresHours, onExpiry: 'go-on', otherwise: { n: 0 } }));
  expect(goOn).toMatchObject({ status: 'done', outputs: { out: { n: 0 } } });
  const fail = await node.end(node.start({ question: 'Why?', expiresHours }));
  expect(fail).toMatchObject({ status: 'failed', error: { code: 'question-expired', hint: expect.any(String) } });
  expect(node.lab.lab.ports.store.inbox.list({ status: 'answered', limit: 5 }).map((item) => item.status)).toEqual(['expired', 'expired']);
});
