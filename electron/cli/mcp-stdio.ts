// The work of `orrery mcp`: a session of the host, spoken as MCP on stdin and stdout until the program that uses it goes.

import { randomUUID } from 'node:crypto';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { AppError } from '../../shared/errors.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import { type FaceSession, serveFace } from '../adapters/mcp-face/face.ts';
import { findPlaces } from '../host/places.ts';
import type { HostClient } from '../wires/attach.ts';
import { say } from './output.ts';

export async function serveStdio(client: HostClient, name: string): Promise<number> {
  const ended = new AbortController();
  const events = await client.clients.session({ client: name }, { signal: ended.signal });
  const progress = new Map<string, (event: { done: number; total?: number; note?: string }) => void>();
  const first = await events.next();
  if (first.done === true || first.value.type !== 'open') throw new AppError('session-not-found', 'The host did not open a session.');
  const { session } = first.value;
  const outcome = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fromWireError(error);
    });
  const face: FaceSession = {
    tools: () => outcome(client.clients.listTools({ session })),
    async call(tool, args, options) {
      const call = randomUUID();
      progress.set(call, options.progress);
      try {
        return await outcome(client.clients.callTool({ session, call, name: tool, args }, { signal: options.signal }));
      } finally {
        progress.delete(call);
      }
    },
    resources: () => outcome(client.clients.listResources({ session })),
    readResource: (uri, signal) => outcome(client.clients.readResource({ session, uri }, { signal })),
  };
  const served = await serveFace(face, new StdioServerTransport(), findPlaces().version);
  // The SDK does not end when its input does: the program has gone then.
  process.stdin.once('end', () => void served.close());
  process.stdin.once('close', () => void served.close());
  process.once('SIGINT', () => void served.close());
  const following = (async () => {
    for await (const event of events) {
      if (event.type === 'progress')
        progress.get(event.call)?.({
          done: event.done,
          ...(event.total === undefined ? {} : { total: event.total }),
          ...(event.note === undefined ? {} : { note: event.note }),
        });
      if (event.type === 'tools-changed') served.toolsChanged();
    }
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) say(fromWireError(error).message);
  });
  await Promise.race([served.closed, following]);
  await served.close();
  ended.abort();
  await following;
  return 0;
}
