import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { LoggingLevel, ServerNotification } from '@modelcontextprotocol/sdk/types.js';
import { beforeEach, expect, it } from 'vitest';
import { createTelling, type Tell } from './telling.ts';

let sent: ServerNotification[];
let setLevel: (level: LoggingLevel) => unknown;
let tellOf: ReturnType<typeof createTelling>;
beforeEach(() => {
  sent = [];
  const server = {
    setRequestHandler: (_schema: unknown, handler: (request: { params: { level: LoggingLevel } }) => unknown) => {
      setLevel = (level) => handler({ params: { level } });
    },
  };
  tellOf = createTelling(server as unknown as Server);
});
const tell = (token?: string | number, send = async (one: ServerNotification) => void sent.push(one)): Tell =>
  tellOf(token, { sendNotification: send });
const progress = (): unknown[] => sent.map(({ params }) => params);

it('tells progress under the token that was given, and none where there is none', () => {
  tell('t').progress({ done: 1, total: 4, note: 'first' });
  tell().progress({ done: 1, total: 4 });
  expect(sent).toEqual([{ method: 'notifications/progress', params: { progressToken: 't', progress: 1, total: 4, message: 'first' } }]);
});

it('grows each time: words alone take the least step, what says nothing new is left out', () => {
  const one = tell(7);
  one.progress({ done: 0 });
  one.progress({ done: 0 });
  one.progress({ done: 0, note: 'still' });
  one.progress({ done: 2, total: 1 });
  one.progress({ done: 1, note: 'back' });
  expect(progress()).toEqual([
    { progressToken: 7, progress: 0 },
    { progressToken: 7, progress: 0.001, message: 'still' },
    // It has done more than there was said to be.
    { progressToken: 7, progress: 2, total: 2 },
    { progressToken: 7, progress: 2.001, message: 'back' },
  ]);
});

it('logs from the level that the program asked for, and from info before it does', () => {
  const one = tell();
  one.log('debug', 'a');
  one.log('info', 'b');
  expect(setLevel('error')).toEqual({});
  one.log('warning', 'c');
  one.log('error', 'd');
  one.log('emergency', 'e');
  expect(progress()).toEqual(['b', 'd', 'e'].map((data, at) => ({ level: ['info', 'error', 'emergency'][at], logger: 'orrery', data })));
});

it('goes on where the program has gone', async () => {
  const one = tell('t', async () => {
    throw new Error('closed');
  });
  one.progress({ done: 1 });
  one.log('error', 'a');
  // What is not caught would end this process here.
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual([]);
});
