import { expect, it } from 'vitest';
import type { RunId } from '../../../shared/model/ids.ts';
import { isReceiverFromData } from './receivers.ts';

const judge = (config: object, url: string, run: object = {}): boolean =>
  isReceiverFromData(
    { store: { runs: { getDetails: () => ({ origin: { kind: 'manual', by: 'cli' }, inputs: {}, ...run }) as never } } },
    { node: { config } as never, session: { id: 'r' as RunId } as never },
    url,
  );

it('a receiver that the graph or the person names is not from data', () => {
  expect(judge({ url: 'https://api.example.org/items?q={{ input }}' }, 'https://api.example.org/items?q=secret')).toBe(false);
  expect(judge({ url: 'HTTPS://API.example.org/' }, 'https://api.example.org/x')).toBe(false);
  expect(judge({ url: '{{ inputs.url }}' }, 'https://a.org/x', { inputs: { url: 'https://a.org/' } })).toBe(false);
  expect(
    judge({ url: '{{ vars.base }}/x' }, 'https://a.org/x', { document: { variables: [{ name: 'base', initial: 'https://a.org' }] } }),
  ).toBe(false);
});

it('one that data chose is, also when a name only begins like one in the graph, and what another workflow hands on', () => {
  expect(judge({ url: '{{ input.url }}' }, 'https://evil.example/?d=x')).toBe(true);
  expect(judge({ url: 'https://good.example.org/' }, 'https://good.example/')).toBe(true);
  expect(judge({ url: 'https://good.example' }, 'https://good.example:8443/')).toBe(true);
  expect(judge({ url: 'https://{{ input.host }}/x' }, 'https://evil.example/x')).toBe(true);
  expect(judge({}, 'https://a.org/x', { origin: { kind: 'sub-workflow', run: 'p', step: 's' }, inputs: { url: 'https://a.org/' } })).toBe(
    true,
  );
  expect(judge({}, 'no address')).toBe(true);
});

it('what another program gave as an input is data, also in a fork of its run', () => {
  const inputs = { url: 'https://a.org/' };
  expect(judge({}, 'https://a.org/x', { origin: { kind: 'client', client: 'Editor' }, inputs })).toBe(true);
  const runs: Record<string, object> = {
    fork: { origin: { kind: 'fork', run: 'first', by: 'cli' }, inputs },
    first: { origin: { kind: 'client', client: 'Editor' }, inputs },
  };
  const store = { runs: { getDetails: (id: string) => runs[id] as never } };
  const binding = { node: { config: {} } as never, session: { id: 'fork' as RunId } as never };
  expect(isReceiverFromData({ store }, binding, 'https://a.org/x')).toBe(true);
  runs.first = { origin: { kind: 'manual', by: 'cli' }, inputs };
  expect(isReceiverFromData({ store }, binding, 'https://a.org/x')).toBe(false);
});
