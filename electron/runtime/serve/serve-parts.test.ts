// The parts of serving programs that need no host: names without a proof, ids of calls, limits, and an answer told in pieces.

import { describe, expect, it } from 'vitest';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { ChatEvent } from '../../../shared/model/chat.ts';
import type { ConversationId } from '../../../shared/model/ids.ts';
import { tellOfAnswer } from './answer-telling.ts';
import { idOfCall } from './call-ids.ts';
import { type ClientsDeps, createClients } from './clients.ts';
import { createClientLimits } from './limits.ts';
import { isUnknownName, unknownName } from './names.ts';
import { accessEntry } from './session-access.ts';

describe('a name without a proof', () => {
  it('is marked whatever it is, within its length', () => {
    expect(unknownName('My editor')).toBe('My editor (unknown)');
    const long = unknownName('x'.repeat(60));
    expect(long.length).toBeLessThanOrEqual(60);
    expect(isUnknownName(long)).toBe(true);
    // Claiming the mark gives no other name than claiming any.
    expect(isUnknownName(unknownName('My editor (unknown)'))).toBe(true);
    expect(() => unknownName('<b>')).toThrow(
      expect.objectContaining({
        code: 'client-name-invalid',
        message: 'The name “<b>” must begin with a letter or digit and hold no other signs than . _ ( ) + -.',
      }),
    );
    expect(() => unknownName(' ')).toThrow('The name must not be empty.');
    expect(isUnknownName('My editor')).toBe(false);
  });
});

it('the id of what a call makes is the same for the same call, and another for any other', () => {
  const hash = (text: string): string => Buffer.from(text).toString('hex').padEnd(64, '0').slice(-64);
  const call = { client: 'Editor', call: '1', tool: 'remember', args: { text: 'a', key: 'b' } };
  const id = idOfCall(hash, call);
  expect(id).toMatch(/^p[0-9a-f]{25}$/);
  expect(idOfCall(hash, { ...call, args: { key: 'b', text: 'a' } })).toBe(id);
});

it('however many programs without a token are connected, one with a token still gets in', () => {
  let [now, made] = [0, 0];
  const later = (): number => {
    now += 2_000;
    return now;
  };
  const next = (): string => {
    made += 1;
    return `s${made}`;
  };
  const rows = new Map<string, object>();
  const clients = createClients({
    services: { audit: { record: () => undefined } } as unknown as ClientsDeps['services'],
    ports: {
      store: {
        clients: {
          get: (name: string) => rows.get(name),
          put: (name: string) => void rows.set(name, { name }),
          list: () => [],
          seen: () => undefined,
          findByToken: (hash: string) => (hash === 'hash of orrery-right' ? { name: 'Editor' } : undefined),
        },
      },
      // Never more than so many connect in a minute.
      clock: { now: later },
      ids: { next },
      hash: (text: string) => `hash of ${text}`,
    } as unknown as ClientsDeps['ports'],
    revokeGrants: () => undefined,
  });
  let open = 0;
  const flood = (): void => {
    for (; open < 100; open += 1) clients.open({ name: `Flood ${open}` });
  };
  expect(flood).toThrow(/More than 32 programs/);
  expect(open).toBe(32);
  expect(clients.open({ token: 'orrery-right' }).client).toBe('Editor');
});

describe('limits', () => {
  const make = () => {
    const entries: NewAuditEntry[] = [];
    let at = 1_000_000;
    const limits = createClientLimits({ clock: { now: () => at }, audit: { record: (entry) => void entries.push(entry) } });
    return {
      limits,
      entries,
      pass: (ms: number): void => {
        at += ms;
      },
    };
  };
  const most = (go: () => void): number => {
    for (let count = 0; ; count += 1) {
      try {
        go();
      } catch {
        return count;
      }
    }
  };

  it('count each tool of each program, and write one row for a minute of what is too much', () => {
    const { limits, entries, pass } = make();
    expect(most(() => limits.call('Editor', 'remember'))).toBe(60);
    expect(() => limits.call('Editor', 'remember')).toThrow(/60 times within a minute/);
    limits.call('Editor', 'list_agents');
    limits.call('Other', 'remember');
    expect(entries).toHaveLength(1);
    pass(61_000);
    expect(most(() => limits.call('Editor', 'remember'))).toBe(60);
    expect(entries).toHaveLength(2);
  });

  it('hold a program that goes on for hours: a slow stream of connections, calls and questions, with a time to come again', () => {
    const { limits, pass } = make();
    const inHours = (go: () => void): number => {
      let count = 0;
      for (let minute = 0; minute < 120; minute += 1) {
        count += most(go);
        pass(60_001);
      }
      return count;
    };
    let tool = 0;
    // Sixty times two hours of connections would be 7,200; of seven tools, 50,400.
    expect(inHours(() => limits.connect('Mad'))).toBeLessThan(60 + 12 * 121);
    expect(
      inHours(() => {
        tool = (tool + 1) % 7;
        limits.call('Mad', `tool ${tool}`);
      }),
    ).toBeLessThan(1000 + 30 * 121);
    expect(inHours(() => limits.ask('Mad'))).toBeLessThan(30 + 2 * 121);
    limits.ask('Other');
    expect(most(() => limits.look('Mad'))).toBe(120);
    expect(() => limits.look('Mad')).toThrow(expect.objectContaining({ code: 'too-many-requests', hint: 'Try again in 1 s.' }));
    pass(1000);
    limits.look('Mad');
  });

  it('neither give nor take anything when the clock is put back', () => {
    const { limits, pass } = make();
    expect(most(() => limits.look('Mad'))).toBe(120);
    pass(10_000);
    limits.look('Mad');
    pass(-3_600_000);
    limits.look('Mad');
  });

  it('list so many comings in the log, and say how many were not listed', () => {
    const { limits, pass } = make();
    const listed = (): boolean => limits.list('Mad').isListed;
    expect(Array.from({ length: 50 }, listed).filter(Boolean)).toHaveLength(20);
    pass(31_000);
    expect(limits.list('Mad')).toEqual({ isListed: true, unlisted: 30 });
    const entry = accessEntry({ client: 'Mad', isProven: true }, 'allowed', 30);
    expect(entry.reason).toBe('The program Mad connected with its token. It came and went 30 times before, which is not listed.');
  });

  it('programs that prove no name share one count, under as many names as they like', () => {
    const { limits, entries } = make();
    let count = 0;
    const came = most(() => {
      count += 1;
      limits.connect(unknownName(`script ${count}`));
    });
    expect(came).toBe(60);
    limits.connect('Editor');
    expect(entries).toHaveLength(1);
  });
});

describe('an answer in pieces', () => {
  const id = 'c' as ConversationId;
  async function told(deltas: readonly string[], redact: (text: string) => string): Promise<string[]> {
    async function* watch(): AsyncGenerator<ChatEvent[]> {
      for (const text of deltas) yield [{ type: 'text-delta', message: 'm' as never, part: 0, kind: 'text', text }];
      yield [{ type: 'state', state: 'idle' }];
    }
    const notes: string[] = [];
    const steps: number[] = [];
    await tellOfAnswer({ ports: { vault: { redact } }, agents: { watch, retry: async () => undefined } } as never, id, {
      signal: new AbortController().signal,
      progress: ({ done, note }) => {
        notes.push(note ?? '');
        steps.push(done);
      },
      log: () => undefined,
    });
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    return notes;
  }

  it('is told by whole words, and joined it is all that was said', async () => {
    expect(await told(['It is se', 'ven o’cl', 'ock.'], (text) => text)).toEqual(['It is ', 'seven ', 'o’clock.']);
  });

  it('holds no half of a secret', async () => {
    const redact = (text: string): string => text.replaceAll('hunter22', '[secret:door]');
    const notes = await told(['The key is hun', 'ter', '22 and', ' no more.'], redact);
    expect(notes.join('')).toBe('The key is [secret:door] and no more.');
    expect(notes.join('|')).not.toContain('hun');
  });

  it('says nothing more once what was told turns out to be the beginning of a secret', async () => {
    const redact = (text: string): string => text.replaceAll('old moon river', '[secret:door]');
    const notes = await told(['It is old moon ', 'river ', 'and more.'], redact);
    expect(notes).toEqual(['It is old moon ']);
  });

  it('is made first where a host that died left the message without one', async () => {
    let made = 0;
    async function* watch(): AsyncGenerator<ChatEvent[]> {
      const conversation = { state: 'idle', messages: [{ role: 'person' }] };
      yield [{ type: 'snapshot', conversation: conversation as never }];
      yield [{ type: 'text-delta', message: 'm' as never, part: 0, kind: 'text', text: 'At last.' }];
      yield [{ type: 'state', state: 'idle' }];
    }
    const retry = async (): Promise<void> => {
      made += 1;
    };
    const notes: (string | undefined)[] = [];
    await tellOfAnswer({ ports: { vault: { redact: (text: string) => text } }, agents: { watch, retry } } as never, id, {
      signal: new AbortController().signal,
      progress: ({ note }) => void notes.push(note),
      log: () => undefined,
    });
    expect(made).toBe(1);
    expect(notes.join('')).toBe('At last.');
  });
});
