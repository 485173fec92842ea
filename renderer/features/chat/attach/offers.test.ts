import { describe, expect, it } from 'vitest';
import { byServer, foundOffers, keyOf, needsMore, type Offer, titleOf } from './offers.ts';

const server = (id: string) => ({ id, title: id.toUpperCase() }) as Offer['server'];
const prompt = (of: string, name: string, more: object = {}): Offer => ({
  kind: 'prompt',
  server: server(of),
  prompt: { server: of, name, title: '', description: '', arguments: [], ...more } as never,
});
const resource = (of: string, uri: string, more: object = {}): Offer => ({
  kind: 'resource',
  server: server(of),
  resource: { server: of, uri, name: uri, title: '', description: '', isTemplate: false, isSubscribed: false, ...more } as never,
});

describe('what is offered', () => {
  const offers = [
    prompt('a', 'plan', { description: 'for the report' }),
    prompt('b', 'report', { title: 'Weekly report', arguments: [{ name: 'week', description: '', required: true }] }),
    resource('a', 'file:///report.md', { name: 'notes' }),
    resource('b', 'db://{table}', { isTemplate: true }),
    { kind: 'wake', server: server('c') } satisfies Offer,
  ];

  it('is found by every word, wherever it stands; what is called so comes first', () => {
    expect(foundOffers(offers, 'REPORT').map(titleOf)).toEqual(['Weekly report', 'plan', 'notes']);
    expect(foundOffers(offers, 'report weekly').map(titleOf)).toEqual(['Weekly report']);
    expect(foundOffers(offers, 'report nothing')).toEqual([]);
    expect(foundOffers(offers, '  ')).toHaveLength(offers.length);
    expect(foundOffers(offers, 'c').map((offer) => offer.kind)).toContain('wake');
  });

  it('says what is to be filled in first, and has a key of its own', () => {
    expect(offers.map(needsMore)).toEqual([false, true, false, true, false]);
    expect(new Set(offers.map(keyOf)).size).toBe(offers.length);
  });

  it('stands below its server', () => {
    expect(byServer(offers).map((group) => [group.server.id, group.offers.length])).toEqual([
      ['a', 2],
      ['b', 2],
      ['c', 1],
    ]);
  });
});
