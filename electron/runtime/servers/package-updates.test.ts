// The way to a newer package: what is asked, what is changed, what stays when it fails.

import { expect, it } from 'vitest';
import type { ServerConfig, ServerState } from '../../../shared/model/tool.ts';
import type { Proposal } from '../policy/proposals.ts';
import { createPackageUpdates } from './package-updates.ts';

const never = new AbortController().signal;

function lab(newest: string | undefined, options: { isExact?: boolean; state?: ServerState; answer?: boolean; fails?: boolean } = {}) {
  const done: string[] = [];
  const asked: Proposal[] = [];
  const config = {
    id: 'notes',
    title: 'Notes',
    command: 'npx',
    args: ['-y', 'n@1.0.0'],
    env: {},
    enabled: true,
  } as unknown as ServerConfig;
  const updates = createPackageUpdates({
    packages: {
      of: () => ({ id: 'npm:n', kind: 'npm', name: 'n', spec: 'n', version: '1.0.0', at: 0 }),
      newest: async () => newest,
      named: (from, version) => (options.isExact === true ? { ...from, args: ['-y', `n@${version}`] } : undefined),
      update: async (_config, _signal, version) => {
        if (options.fails === true) throw Object.assign(new Error('no network'), { code: 'package-not-cached' });
        done.push(`update ${version ?? 'to the newest'}`);
        return version ?? '2.0.0';
      },
      sweep: (from) => done.push(`sweep all but ${from.args[1]}`),
    },
    store: { servers: { list: () => [config], put: (next: ServerConfig) => done.push(`put ${next.args[1]}`) } } as never,
    tools: {
      servers: () => [{ id: 'notes', state: options.state ?? 'ready' }],
      remove: async () => done.push('remove'),
      start: async () => done.push('start'),
    } as never,
  });
  const consent = {
    isChosen: () => false,
    ask: async (proposal: Proposal) => {
      asked.push(proposal);
      return options.answer !== false;
    },
  };
  return { updates, config, done, asked, consent };
}

it('says whether there is a newer one, or that it cannot be told', async () => {
  const look = async (newest: string | undefined) => {
    const { updates, config } = lab(newest);
    return updates.check(config, never);
  };
  expect(await look('1.1.0')).toEqual({ name: 'n', kind: 'npm', before: '1.0.0', after: '1.1.0', canTell: true });
  expect(await look('1.0.0')).toEqual({ name: 'n', kind: 'npm', before: '1.0.0', canTell: true });
  expect(await look(undefined)).toMatchObject({ canTell: false });
});

it('fetches it after a yes that names both versions, and starts the server again', async () => {
  const { updates, config, done, asked, consent } = lab('1.1.0');
  expect(await updates.update(config, consent, never)).toEqual({ before: '1.0.0', after: '1.1.0' });
  expect(done).toEqual(['update 1.1.0', 'remove', 'start']);
  expect(asked.map((each) => each.lines)).toEqual([['n 1.0.0 → 1.1.0']]);
});

it('changes the command where that names the version, and asks for that too', async () => {
  const { updates, config, done, asked, consent } = lab('1.1.0', { isExact: true });
  await updates.update(config, consent, never);
  // What the old version left goes last, when the new one runs.
  expect(done).toEqual(['put n@1.1.0', 'remove', 'start', 'sweep all but n@1.1.0']);
  expect(asked[1]?.lines).toContain('npx -y n@1.1.0');
});

it('one that was stopped stays stopped; a no, the newest, or a failure changes nothing', async () => {
  const stopped = lab('1.1.0', { state: 'stopped' });
  await stopped.updates.update(stopped.config, undefined, never);
  expect(stopped.done).toEqual(['update 1.1.0', 'remove']);
  for (const [at, code] of [
    [lab('1.1.0', { answer: false }), 'not-confirmed'],
    [lab('1.0.0'), 'package-newest'],
    [lab('1.1.0', { fails: true }), 'package-not-cached'],
  ] as const) {
    await expect(at.updates.update(at.config, at.consent, never)).rejects.toMatchObject({ code });
    expect(at.done).toEqual([]);
  }
});
