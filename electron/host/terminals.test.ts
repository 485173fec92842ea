import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import type { TerminalEvent } from '../../shared/contract/shell.contract.ts';
import { createPty } from '../adapters/pty/node-pty.ts';
import { createTerminals, type Terminals } from './terminals.ts';

let made: Terminals | undefined;
let count = 0;
const make = (unwatchedMs?: number): Terminals => {
  made = createTerminals({
    pty: createPty(),
    ids: { next: () => `t${++count}` },
    getShell: () => '/bin/sh',
    ...(unwatchedMs === undefined ? {} : { unwatchedMs }),
  });
  return made;
};
afterEach(() => made?.closeAll());

const textOf = (events: TerminalEvent[]): string => events.map((event) => (event.type === 'data' ? event.data : '')).join('');

async function readUntil(stream: AsyncIterable<TerminalEvent[]>, wanted: string): Promise<string> {
  let seen = '';
  for await (const batch of stream) {
    seen += textOf(batch);
    if (seen.includes(wanted)) break;
  }
  return seen;
}

describe('terminals', () => {
  it('shows a page that comes back what was said before', async () => {
    const terminals = make();
    const { id } = terminals.open({ cols: 80, rows: 24, cwd: tmpdir() });
    terminals.write(id, 'echo first-$((1+1))\r');
    expect(await readUntil(terminals.watch(id, undefined), 'first-2')).toContain('first-2');
    const again = terminals.watch(id, undefined);
    expect(textOf((await again.next()).value ?? [])).toContain('first-2');
    terminals.write(id, 'echo second-$((2+2))\r');
    expect(await readUntil(again, 'second-4')).toContain('second-4');
  });

  it('tells the exit code and ends', async () => {
    const terminals = make();
    const { id } = terminals.open({ cols: 80, rows: 24 });
    const all: TerminalEvent[] = [];
    terminals.write(id, 'exit 7\r');
    for await (const batch of terminals.watch(id, undefined)) all.push(...batch);
    expect(all.at(-1)).toEqual({ type: 'exit', code: 7 });
  });

  it('ends a terminal that nobody watches', async () => {
    const terminals = make(20);
    const { id } = terminals.open({ cols: 80, rows: 24 });
    while (terminals.count > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(() => terminals.write(id, 'x')).toThrow(expect.objectContaining({ code: 'terminal-not-found' }));
  });

  it('refuses a folder that is not there, and more terminals than it keeps', () => {
    const terminals = make();
    expect(() => terminals.open({ cols: 80, rows: 24, cwd: '/no/such/folder' })).toThrow(
      expect.objectContaining({ code: 'folder-not-found' }),
    );
    for (let i = 0; i < 12; i += 1) terminals.open({ cols: 80, rows: 24 });
    expect(() => terminals.open({ cols: 80, rows: 24 })).toThrow(expect.objectContaining({ code: 'too-many-terminals' }));
  });
});
