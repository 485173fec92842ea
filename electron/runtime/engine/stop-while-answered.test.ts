// A stop that comes while an answer goes to disk: the effect it allowed does not begin.

import { expect, test } from 'vitest';
import type { InboxId } from '../../../shared/model/ids.ts';
import { graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';

test('a stop between the answer and its row', async () => {
  let effects = 0;
  const lab = openLab([
    testNode('test.asks', {
      effect: 'once',
      needs: ['person'],
      timeoutMs: 60_000,
      run: async ({ use }: { use: { person: { ask(question: string): Promise<unknown> } } }) => {
        await use.person.ask('Go on?');
        effects += 1;
        return { out: 1 };
      },
    } as never),
  ] as AnyNodeType[]);
  try {
    const { inbox, ports, engine } = lab.lab;
    const id = lab.start(graph([{ id: 's', kind: 'test.asks', timeoutMs: 60_000 }]));
    await until(() => ports.store.inbox.openCount() === 1 && lab.events(id).some((event) => event.type === 'step-waiting'), 'it asks');
    const item = ports.store.inbox.list({ status: 'open', limit: 1 })[0];
    const { append } = ports.store.runs;
    ports.store.runs.append = (run, event) => {
      const appended = append(run, event);
      // The stop comes while the row of the answer is on its way.
      if (event.type === 'step-answered') void engine.cancel(id);
      return appended;
    };
    inbox.answer(item?.id as InboxId, { kind: 'question', value: 'yes' });
    expect((await lab.end(id)).status).toBe('cancelled');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(effects).toBe(0);
  } finally {
    await lab.close();
  }
});
