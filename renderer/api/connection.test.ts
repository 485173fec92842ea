import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionState, type Wire } from './connection.ts';
import { connectionFailed, connectionRefused } from './connection-errors.ts';

const open: Connection[] = [];
beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const connection of open.splice(0)) connection.stop();
  vi.useRealTimers();
});

function watch(dial: () => Promise<Wire>): { connection: Connection; states: ConnectionState[] } {
  const connection = new Connection(dial);
  open.push(connection);
  const states: ConnectionState[] = [connection.getView().state];
  connection.subscribe(() => states.push(connection.getView().state));
  return { connection, states };
}

function fakeWire(): { wire: Wire; drop: () => void } {
  let drop = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    drop = resolve;
  });
  return { wire: { link: { call: async () => 'answer' }, closed, close: () => drop() }, drop };
}

describe('the connection', () => {
  it('lets calls wait for the first wire, and for the next one after a break', async () => {
    const wires = [fakeWire(), fakeWire()];
    let dialled = 0;
    const { connection, states } = watch(async () => (wires[dialled++] as (typeof wires)[number]).wire);
    expect(await connection.link(undefined)).toBe(wires[0]?.wire.link);
    await vi.advanceTimersByTimeAsync(5_000);
    wires[0]?.drop();
    await vi.advanceTimersByTimeAsync(1);
    const next = connection.link(undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toBe(wires[1]?.wire.link);
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    expect(connection.getView().epoch).toBe(2);
  });

  it('says that the host is lost after some tries, fails calls at once then, and still comes back', async () => {
    const { wire } = fakeWire();
    let isThere = false;
    const { connection, states } = watch(async () => {
      if (!isThere) throw new Error('nobody there');
      return wire;
    });
    const waiting = expect(connection.link(undefined)).rejects.toMatchObject({ code: 'connection-lost', retryable: true });
    await vi.advanceTimersByTimeAsync(60_000);
    await waiting;
    expect(states.at(-1)).toBe('lost');
    isThere = true;
    connection.retryNow();
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.getView().state).toBe('connected');
  });

  it('tells a closed door from an absent host', async () => {
    const { connection } = watch(async () => {
      throw connectionRefused();
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.getView().state).toBe('refused');
    await expect(connection.link(undefined)).rejects.toMatchObject({ code: 'connection-refused' });
  });

  it('keeps what a host said that could not start, also when it is gone, until another one answers', async () => {
    const { wire } = fakeWire();
    let dialled = 0;
    let isThere = false;
    const { connection } = watch(async () => {
      dialled += 1;
      if (isThere) return wire;
      throw dialled === 1 ? connectionFailed({ code: 'disk-full', message: 'The disk is full.', retryable: false }) : new Error('nobody');
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(dialled).toBeGreaterThan(6);
    expect(connection.getView()).toMatchObject({ state: 'failed', trouble: { code: 'connection-failed', message: 'The disk is full.' } });
    await expect(connection.link(undefined)).rejects.toMatchObject({ message: 'The disk is full.' });
    isThere = true;
    connection.retryNow();
    await vi.advanceTimersByTimeAsync(1);
    expect(connection.getView()).toMatchObject({ state: 'connected', trouble: undefined });
  });

  it('does not ask in a rush when each new wire is closed at once', async () => {
    let dialled = 0;
    watch(async () => {
      dialled += 1;
      const { wire, drop } = fakeWire();
      drop();
      return wire;
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(dialled).toBeLessThan(15);
  });

  it('lets a waiting call be given up', async () => {
    const { connection } = watch(() => new Promise(() => undefined));
    const control = new AbortController();
    const waiting = connection.link(control.signal);
    control.abort();
    await expect(waiting).rejects.toThrow();
  });
});
