// Calls of one connection: each is answered once, one that is given up is not answered, and a stream that nobody reads any more is let go.

import { StandardHandler, StandardRPCMatcher } from '@orpc/server/standard';
import { expect, it } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { recordingRouter, silentLog, testContext } from '../../tests/contract/wire-rig.ts';
import { textCodec } from './answers.ts';
import { Exchange } from './exchange.ts';
import { type KnownCall, knownCalls } from './known-calls.ts';
import { withStreamErrors } from './stream-errors.ts';

const calls = knownCalls(contract);
const call = (path: string): KnownCall => calls.get(path) as KnownCall;
const event = (seq: number) => ({ seq, event: { type: 'run-status', at: seq, status: 'running' } });

function open(handlers: Parameters<typeof recordingRouter>[0]) {
  const { router, executed } = recordingRouter(handlers);
  const handler = new StandardHandler(router, new StandardRPCMatcher(), textCodec, {
    clientInterceptors: [async (options) => withStreamErrors(await options.next(), options.path, silentLog)],
  });
  const frames: unknown[] = [];
  const exchange = new Exchange(handler as never, testContext, (text) => frames.push(JSON.parse(text)));
  return { exchange, executed, frames };
}

it('answers a number that is in use once', async () => {
  const gate = Promise.withResolvers<void>();
  const { exchange, executed, frames } = open({
    'memory.listTags': async () => {
      await gate.promise;
      return [{ tag: 'a', count: 1 }];
    },
  });
  const first = exchange.answer('1', call('/memory/listTags'), undefined);
  await exchange.answer('1', call('/memory/listTags'), undefined);
  gate.resolve();
  await first;
  await exchange.answer('1', call('/memory/listTags'), {});
  expect(executed).toEqual(['memory.listTags', 'memory.listTags']);
  const answer = { i: '1', p: { b: { json: [{ tag: 'a', count: 1 }] } } };
  expect(frames).toEqual([answer, answer]);
});

it('tells a call that is given up, and does not answer it', async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const gate = Promise.withResolvers<void>();
  const { exchange, frames } = open({
    'memory.listTags': async ({ signal }) => {
      begun.resolve(signal as AbortSignal);
      await gate.promise;
      return [];
    },
  });
  const answered = exchange.answer('1', call('/memory/listTags'), undefined);
  const signal = await begun.promise;
  expect(signal.aborted).toBe(false);
  exchange.abort('1');
  expect(signal.aborted).toBe(true);
  gate.resolve();
  await answered;
  expect(frames).toEqual([]);
});

it.each(['abort', 'close'] as const)('lets go of a stream at its %s', async (how) => {
  let left = 0;
  const { exchange, frames } = open({
    'runs.watch': async function* () {
      try {
        for (let seq = 1; ; seq += 1) {
          yield [event(seq)];
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        left += 1;
      }
    },
  });
  const over = exchange.answer('1', call('/runs/watch'), { json: { id: 'r' } });
  while (frames.length < 3) await new Promise((resolve) => setImmediate(resolve));
  exchange[how]('1');
  const told = frames.length;
  await over;
  expect([left, frames.length]).toEqual([1, told]);
  expect(frames.slice(0, 2)).toEqual([
    { i: '1', p: { h: { 'content-type': 'text/event-stream' } } },
    { i: '1', t: 3, p: { e: 'message', d: { json: [event(1)] } } },
  ]);
});

it('ends a stream with its failure in words, and a call with what its schema refuses', async () => {
  const { exchange, frames } = open({
    'runs.watch': async function* () {
      yield [event(1)];
      throw new AppError('run-gone', 'It is gone.');
    },
  });
  await exchange.answer('1', call('/runs/watch'), { json: { id: 'r' } });
  expect(frames.at(-1)).toMatchObject({ i: '1', t: 3, p: { e: 'error', d: { json: { code: 'APP_ERROR', data: { code: 'run-gone' } } } } });
  await exchange.answer('2', call('/runs/watch'), { json: { id: 7 } });
  expect(frames.at(-1)).toMatchObject({ i: '2', p: { s: 400, b: { json: { code: 'BAD_REQUEST' } } } });
});
