// A step with an effect that is under way while the host ends: nobody knows whether its mail went out.

import path from 'node:path';
import type { HostClient } from '../../electron/wires/attach.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunId, ServerId } from '../../shared/model/ids.ts';
import { workflowDocument } from '../../shared/model/workflow.ts';

const patience = 30_000;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`The demo’s ${what} did not come.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Comes back once the mail is being sent; the host is to be killed then. */
export async function beginSending(client: HostClient): Promise<RunId> {
  const server = 'mail' as ServerId;
  await client.tools.addServer({
    config: {
      id: server,
      title: 'Mail',
      command: process.execPath,
      args: [path.join(import.meta.dirname, 'mail-server.fixture.ts')],
      env: {},
      enabled: true,
    },
  });
  const document = workflowDocument.parse({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Remind Northwind',
    description: 'Sends a reminder of the invoice that is open.',
    nodes: [
      {
        id: 'send',
        kind: 'tool.call',
        title: 'Send the reminder',
        config: {
          server,
          tool: 'send_message',
          args: {
            to: 'anna@northwind.example',
            subject: 'Invoice 2026-118',
            text: 'Dear Anna, invoice 2026-118 over 418.00 EUR is open since 2 November.',
          },
        },
        position: { x: 0, y: 0 },
      },
    ],
    edges: [],
  });
  const { id: workflow } = await client.workflows.create({ document });
  const grant = { tools: [{ server, tool: '*', effect: 'allow' as const }], folders: [] };
  const { id } = await client.runs.start({ workflow: { id: workflow }, inputs: {}, grant });
  await until('mail', async () => {
    const { run, events } = await client.runs.get({ id });
    if (run.status === 'failed') throw new Error(`The demo could not send: ${run.error?.message}`);
    return events.some(({ event }) => event.type === 'step-start') ? run : undefined;
  });
  // Begun is written down first; then it goes out.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return id;
}

/** Of the host that came after it: what it asks about that mail. */
export const askedOf = (client: HostClient, run: RunId): Promise<InboxItem> =>
  until('question of the cut step', async () => (await client.inbox.list({ status: 'open', limit: 100 })).find((item) => item.run === run));
