// One suite for all carriers of the contract: a call, a typed error, a stream, a stream cancelled midway, a connection dropped
// mid-stream, and malformed payloads for every call of the contract.

import { afterEach, describe, expect, it } from 'vitest';
import { MAX_MESSAGE } from '../../electron/wires/guard.ts';
import { WireServer } from '../../electron/wires/serve.ts';
import { type Client, makeClient } from '../../renderer/api/client.ts';
import { Connection } from '../../renderer/api/connection.ts';
import { AppError } from '../../shared/errors.ts';
import type { MemoryId, RunId } from '../../shared/model/ids.ts';
import { KeptRows } from '../../shared/model/kept-rows.ts';
import { fuzzCases, malformed, seeded } from './wire-fuzz.ts';
import { type Carrier, carriers, type Handle, recordingRouter, silentLog } from './wire-rig.ts';

// The whole figure is the ipc torture's; each carrier gets a share of it with every test run.
const PAYLOADS = Number(process.env.WIRE_FUZZ ?? 20_000);
const runId = 'run1' as RunId;
const event = (seq: number): unknown => ({ seq, at: seq, event: { type: 'run-status', at: seq, status: 'running' } });

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
});

async function open(
  name: string,
  handlers: Record<string, Handle>,
): Promise<{ client: Client; connection: Connection; carrier: Carrier; wireServer: WireServer; executed: string[] }> {
  const { router, executed } = recordingRouter(handlers);
  const wireServer = new WireServer(router, silentLog);
  const carrier = await (carriers[name] as (typeof carriers)[string])(wireServer);
  const connection = new Connection(carrier.dial);
  cleanUps.push(
    () => carrier.close(),
    () => connection.stop(),
  );
  return { client: makeClient(connection), connection, carrier, wireServer, executed };
}

/** A stream of `runs.watch` that goes on until it is left; tells when. */
function endless(): { handlers: Record<string, Handle>; left: Promise<void>[] } {
  const left: Promise<void>[] = [];
  return {
    left,
    handlers: {
      'runs.watch': ({ signal }) => {
        let tell = (): void => {};
        left.push(
          new Promise((resolve) => {
            tell = resolve;
          }),
        );
        return (async function* () {
          try {
            for (let seq = 1; ; seq += 1) {
              if (signal?.aborted === true) return;
              yield [event(seq)];
              await new Promise((resolve) => setTimeout(resolve, 1));
            }
          } finally {
            tell();
          }
        })();
      },
    },
  };
}

describe.each(Object.keys(carriers))('the contract over %s', (name) => {
  it('answers a call', async () => {
    const { client } = await open(name, { 'memory.listTags': () => [{ tag: 'home', count: 2 }] });
    expect(await client.memory.listTags()).toEqual([{ tag: 'home', count: 2 }]);
  });

  it('brings rows of a journal out as events, in an answer and in a stream', async () => {
    const rows = new KeptRows(
      '[[1,1,{"type":"run-status","at":1,"status":"queued"}],[2,3,[{"type":"run-status","at":2,"status":"running"},{"type":"run-status","at":3,"status":"done"}]]]',
    );
    const run = {
      id: runId,
      number: 1,
      title: 'é',
      kind: 'turn',
      origin: { kind: 'manual', by: 'cli' },
      status: 'done',
      startedAt: 1,
      stepsDone: 0,
    };
    const { client } = await open(name, {
      'runs.get': () => ({ run, events: rows, leftOut: 2 }),
      'runs.watch': async function* () {
        yield rows;
        yield [event(4)];
      },
    });
    const { events, ...rest } = await client.runs.get({ id: runId });
    expect(rest).toEqual({ run, leftOut: 2 });
    expect(events.map(({ seq, event }) => [seq, event.at])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const seen: number[][] = [];
    for await (const batch of await client.runs.watch({ id: runId })) seen.push(batch.map(({ seq }) => seq));
    expect(seen).toEqual([[1, 2, 3], [4]]);
  });

  it('brings an AppError out as it was thrown', async () => {
    const { client } = await open(name, {
      'memory.forget': () => {
        throw new AppError('memory-not-found', 'That memory is not there any more.', { hint: 'Reload the list.', place: 'id' });
      },
    });
    const error = await client.memory.forget({ id: 'abc' as MemoryId }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: 'memory-not-found',
      message: 'That memory is not there any more.',
      hint: 'Reload the list.',
      place: 'id',
    });
  });

  it('names the place of a wrong input, and does not call the handler', async () => {
    const { client, executed } = await open(name, {});
    const error = await client.memory.forget({ id: '../etc' as MemoryId }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'bad-input', place: 'id' });
    expect(executed).toEqual([]);
  });

  it('tells nothing of an unexpected failure but its kind', async () => {
    const { client } = await open(name, {
      'memory.listTags': () => {
        throw new Error('it broke');
      },
    });
    await expect(client.memory.listTags()).rejects.toMatchObject({ code: 'internal' });
  });

  it('carries a stream to its end, in order', async () => {
    const { client } = await open(name, {
      'runs.watch': async function* () {
        for (let seq = 1; seq <= 500; seq += 1) yield [event(seq)];
      },
    });
    const seen: number[] = [];
    for await (const batch of await client.runs.watch({ id: runId })) seen.push(...batch.map((item) => item.seq));
    expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
  });

  it('brings an AppError out of the middle of a stream', async () => {
    const { client } = await open(name, {
      'runs.watch': async function* () {
        yield [event(1)];
        throw new AppError('journal-damaged', 'A row is damaged.', { hint: 'Restore a backup.' });
      },
    });
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const batch of await client.runs.watch({ id: runId })) seen.push(batch);
    };
    await expect(read()).rejects.toMatchObject({ code: 'journal-damaged', hint: 'Restore a backup.' });
    expect(seen).toHaveLength(1);
  });

  it('ends the handler when a stream is cancelled midway', async () => {
    const { handlers, left } = endless();
    const { client, executed } = await open(name, handlers);
    const control = new AbortController();
    let seen = 0;
    const read = async (): Promise<void> => {
      for await (const _ of await client.runs.watch({ id: runId }, { signal: control.signal })) {
        seen += 1;
        if (seen === 3) control.abort();
      }
    };
    await read().catch((error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }));
    await left[0];
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(executed).toEqual(['runs.watch']);
  });

  it('ends the handler when the reader just leaves the loop', async () => {
    const { handlers, left } = endless();
    const { client } = await open(name, handlers);
    for await (const _ of await client.runs.watch({ id: runId })) break;
    await left[0];
  });

  it('cleans up when the page goes away mid-stream, and serves the page that comes back', async () => {
    const { handlers, left } = endless();
    const { client, connection, wireServer } = await open(name, handlers);
    const stream = await client.runs.watch({ id: runId });
    const reader = stream[Symbol.asyncIterator]();
    expect((await reader.next()).done).toBe(false);
    const firstEpoch = connection.getView().epoch;
    // What a reload does to a wire: it is closed under the stream.
    wireServer.close();
    await left[0];
    const end = (async () => {
      for (;;) if ((await reader.next()).done === true) return;
    })();
    await expect(end).rejects.toMatchObject({ code: 'connection-lost', retryable: true });
    const again = (await client.runs.watch({ id: runId }))[Symbol.asyncIterator]();
    expect((await again.next()).value).toEqual([expect.objectContaining({ seq: 1 })]);
    expect(connection.getView().epoch).toBe(firstEpoch + 1);
    await again.return?.();
    await left[1];
    expect(wireServer.sessionCount).toBe(1);
  });

  it('answers a message that is too large in words where it can, and goes on', async () => {
    const { client } = await open(name, { 'memory.listTags': () => [] });
    const text = 'a'.repeat(MAX_MESSAGE + 1);
    const error = await client.workflows.importText({ text }).catch((caught: unknown) => caught);
    expect((error as AppError).code).toMatch(/^(message-too-large|connection-lost)$/);
    expect(await client.memory.listTags()).toEqual([]);
  });

  it(`accepts none of ${PAYLOADS} malformed payloads, and goes on`, { timeout: 300_000 }, async () => {
    const cases = fuzzCases();
    const { carrier, client, executed } = await open(name, { 'memory.listTags': () => [] });
    const end = await carrier.raw();
    const random = seeded(20_261_121);
    const perCall = new Map<string, number>();
    for (let sent = 0; sent < PAYLOADS; sent += 1) {
      const item = cases[sent % cases.length] as (typeof cases)[number];
      end.send(malformed(random, item, `f${sent}`));
      perCall.set(item.path, (perCall.get(item.path) ?? 0) + 1);
      if (sent % 500 === 499) await end.settled();
    }
    await end.settled();
    // Only the sentinels between the batches were executed.
    expect(executed.filter((call) => call !== 'memory.listTags')).toEqual([]);
    expect(executed).toHaveLength(Math.floor(PAYLOADS / 500) + 1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Math.min(...perCall.values())).toBeGreaterThan(PAYLOADS / cases.length / 2);
    expect(end.session.open).toBe(0);
    expect(await client.memory.listTags()).toEqual([]);
    end.close();
  });
});

describe('the fuzz cases', () => {
  it('start from an input that each call of the contract accepts, so that a refusal means something', async () => {
    const { carrier, executed } = await open('in memory', {});
    const end = await carrier.raw();
    for (const [index, item] of fuzzCases().entries()) {
      end.send(JSON.stringify({ i: `v${index}`, p: { u: item.path, b: item.valid === undefined ? {} : { json: item.valid } } }));
    }
    await end.settled();
    const expected = fuzzCases().map((item) => item.path.slice(1).replace('/', '.'));
    expect(expected.filter((call) => !executed.includes(call))).toEqual([]);
    end.close();
  });
});
