import { expect, it } from 'vitest';
import { type ServerConfig, serverConfig, serverStatus } from '../../../shared/model/tool.ts';
import { type ChildParts, childStatus } from './child-status.ts';

const config = (more: Partial<ServerConfig> = {}): ServerConfig =>
  serverConfig.parse({ id: 'child', title: 'Child', command: 'node', args: [], env: {}, enabled: true, ...more });
const parts = (more: Partial<ChildParts> = {}): ChildParts => ({
  config: config(),
  state: 'ready',
  session: undefined,
  startedAt: undefined,
  restarts: 0,
  toolCount: 2,
  failure: undefined,
  ring: { newest: () => [] },
  stats: { get: () => undefined },
  logFile: '/logs/child.log',
  about: undefined,
  signIn: undefined,
  isAsleep: false,
  lists: 0,
  contained: undefined,
  quarantine: undefined,
  changes: [],
  redact: (text) => text.replaceAll('s3cret', '[secret:api]'),
  ...more,
});

it('says no more than there is', () => {
  const { stderr, calls, ...status } = childStatus(parts());
  expect(status).toEqual({
    id: 'child',
    title: 'Child',
    kind: 'child',
    state: 'ready',
    config: config(),
    restarts: 0,
    toolCount: 2,
    logFile: '/logs/child.log',
  });
});

it('shows no secret’s value in any text of the server’s own', () => {
  const status = childStatus(
    parts({
      failure: { cause: 'exited', message: 'it ended: s3cret', hint: 'Look at its log.', at: 1 },
      ring: { newest: (count) => [`${count} lines`, 'key s3cret'] },
      quarantine: { reason: 'it sent s3cret', at: 1 },
    }),
  );
  expect(status.failure).toEqual({ cause: 'exited', message: 'it ended: [secret:api]', hint: 'Look at its log.', at: 1 });
  expect(status.stderr).toEqual(['200 lines', 'key [secret:api]']);
  expect(JSON.stringify(status)).not.toContain('s3cret');
});

it('reads its lines and its calls only when they are looked at', () => {
  let read = 0;
  const newest = (): string[] => {
    read += 1;
    return [];
  };
  const status = childStatus(parts({ ring: { newest } }));
  expect(read).toBe(0);
  expect([status.stderr, read]).toEqual([[], 1]);
});

it('says what one that runs elsewhere touches, unless it is known better', () => {
  const url = 'https://mcp.example.com:8443/v1?key=1';
  const remote = childStatus(parts({ config: config({ transport: 'http', command: '', url }) }));
  expect(remote.contained).toEqual({
    kind: 'remote',
    words: 'It runs elsewhere, at mcp.example.com:8443, and touches nothing on this machine.',
  });
  // At this very machine it touches whatever its own start lets it.
  const here = childStatus(parts({ config: config({ transport: 'http', command: '', url: 'http://127.0.0.1:9/mcp' }) }));
  expect(here.contained?.words).toMatch(/^It runs on this machine, at 127\.0\.0\.1:9, .*sandbox does not hold it\.$/);
  expect(childStatus(parts({ config: config({ transport: 'stdio' }) }))).not.toHaveProperty('contained');
  const known = { kind: 'none', words: 'It is not contained.' } as const;
  expect(childStatus(parts({ contained: known })).contained).toBe(known);
});

it('is what the wire takes', () => {
  const session = { pid: 7, memory: undefined };
  expect(serverStatus.safeParse(childStatus(parts({ session, isAsleep: true, lists: 3 }))).error).toBeUndefined();
});

it('is not said to be asleep when it was and did not start', () => {
  const said = (state: ChildParts['state']) => childStatus(parts({ isAsleep: true, state })).isAsleep;
  expect([said('stopped'), said('starting')]).toEqual([true, true]);
  expect([said('failed'), said('restarting'), said('ready')]).toEqual([undefined, undefined, undefined]);
});
