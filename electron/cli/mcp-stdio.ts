// The work of `orrery mcp`: a session of a host, spoken as MCP on stdin and stdout until the program that uses it goes.

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { AppError } from '../../shared/errors.ts';
import { type Face, type FaceSession, type ListChange, serveFace } from '../adapters/mcp-face/face.ts';
import type { Tell } from '../adapters/mcp-face/telling.ts';
import { findPlaces } from '../host/places.ts';
import { HostLink, type LinkOptions, type Live } from './mcp-link.ts';
import { sayError } from './output.ts';

/** Throws what keeps it from beginning; afterwards only a program that was revoked ends it, with an error. */
export async function serveStdio(options: Pick<LinkOptions, 'data' | 'who'>): Promise<void> {
  const calls = new Map<string, Tell>();
  const taken = new Map<string, AbortController>();
  const seen = new Map<ListChange, string>();
  let face: Face | undefined;
  let refused: AppError | undefined;
  const link = new HostLink({
    ...options,
    onEvent(event) {
      switch (event.type) {
        case 'progress': {
          const { type: _type, call, ...progress } = event;
          calls.get(call)?.progress(progress as Parameters<Tell['progress']>[0]);
          return;
        }
        case 'log':
          calls.get(event.call)?.log(event.level, event.text);
          return;
        case 'tools-changed':
        case 'prompts-changed':
        case 'resources-changed':
          face?.changed(event.type);
          return;
        case 'open':
        case 'run':
          return;
      }
    },
    onMoved: (live) => {
      // Told with the next call, if the host is there no more.
      compare(live).catch(() => undefined);
    },
    onRefused(error) {
      refused = error;
      void face?.close();
    },
  });
  const lists: Record<ListChange, (live: Live) => Promise<unknown>> = {
    'tools-changed': ({ client, session }) => client.clients.listTools({ session }),
    'prompts-changed': ({ client, session }) => client.clients.listPrompts({ session }),
    'resources-changed': ({ client, session }) => client.clients.listResources({ session }),
  };
  async function read<T>(which: ListChange): Promise<T> {
    const list = (await link.during(undefined, lists[which])) as T;
    seen.set(which, JSON.stringify(list));
    return list;
  }
  /** Another host may have other workflows by now: what the program has read of them is read again. */
  async function compare(live: Live): Promise<void> {
    for (const [which, before] of seen) {
      const now = JSON.stringify(await lists[which](live));
      seen.set(which, now);
      if (now !== before) face?.changed(which);
    }
  }

  const session: FaceSession = {
    tools: () => read('tools-changed'),
    async call(name, args, { call, signal, ...tell }) {
      calls.set(call, tell);
      const back = new AbortController();
      taken.set(call, back);
      try {
        // Taken back, it is not made once more at another host.
        return await link.during(AbortSignal.any([signal, back.signal]), ({ client, session }) =>
          client.clients.callTool({ session, call, name, args }, { signal }),
        );
      } finally {
        calls.delete(call);
        taken.delete(call);
      }
    },
    async cancel(call) {
      taken.get(call)?.abort();
      await link.during(undefined, ({ client, session }) => client.clients.cancelCall({ session, call }));
    },
    resources: () => read('resources-changed'),
    readResource: (uri, signal) => link.during(signal, ({ client, session }) => client.clients.readResource({ session, uri }, { signal })),
    prompts: () => read('prompts-changed'),
    prompt: (name, args, signal) =>
      link.during(signal, ({ client, session }) => client.clients.getPrompt({ session, name, args }, { signal })),
    complete: (prompt, argument, typed) =>
      link.during(undefined, ({ client, session }) => client.clients.complete({ session, prompt, argument, typed })),
  };

  try {
    await link.live();
    face = await serveFace(session, new StdioServerTransport(), findPlaces().version);
    const leave = (): void => void face?.close();
    // The SDK does not end when its input does: the program has gone then.
    process.stdin.once('end', leave);
    process.stdin.once('close', leave);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, leave);
    await face.closed;
  } finally {
    await link.close();
  }
  if (refused !== undefined) {
    sayError(refused, false);
    process.exitCode = 1;
  }
}
