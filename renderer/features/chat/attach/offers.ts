// What tool servers offer for a message, as one list to choose from. Pure.

import type { PromptInfo, ResourceInfo } from '../../../../shared/model/mcp.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';

export type Offer =
  | { kind: 'prompt'; server: ServerStatus; prompt: PromptInfo }
  | { kind: 'resource'; server: ServerStatus; resource: ResourceInfo }
  /** It sleeps: what it offers is known once it is woken. */
  | { kind: 'wake'; server: ServerStatus };

export const keyOf = (offer: Offer): string =>
  `${offer.server.id} ${offer.kind} ${offer.kind === 'prompt' ? offer.prompt.name : offer.kind === 'resource' ? offer.resource.uri : ''}`;

const orName = ({ title, name }: { title: string; name: string }): string => (title === '' ? name : title);

export const titleOf = (offer: Offer): string =>
  offer.kind === 'prompt' ? orName(offer.prompt) : offer.kind === 'resource' ? orName(offer.resource) : offer.server.title;

/** What is to be filled in before it can be asked for. */
export const needsMore = (offer: Offer): boolean =>
  offer.kind === 'prompt' ? offer.prompt.arguments.length > 0 : offer.kind === 'resource' && offer.resource.isTemplate;

const wordsOf = (offer: Offer): string => {
  const own =
    offer.kind === 'prompt'
      ? [offer.prompt.name, offer.prompt.description]
      : offer.kind === 'resource'
        ? [offer.resource.uri, offer.resource.description]
        : [];
  return [titleOf(offer), offer.server.title, offer.server.id, ...own].join(' ').toLowerCase();
};

/** All words of the query must be in it, in any order; those that are called so come first. */
export function foundOffers(offers: readonly Offer[], query: string): Offer[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const holds = (text: string): boolean => words.every((word) => text.includes(word));
  const isCalledSo = (offer: Offer): boolean => holds(titleOf(offer).toLowerCase());
  return offers.filter((offer) => holds(wordsOf(offer))).toSorted((a, b) => Number(isCalledSo(b)) - Number(isCalledSo(a)));
}

/** Below their servers, in the order in which they come. */
export function byServer(offers: readonly Offer[]): { server: ServerStatus; offers: Offer[] }[] {
  const groups = new Map<string, { server: ServerStatus; offers: Offer[] }>();
  for (const offer of offers) {
    const group = groups.get(offer.server.id) ?? { server: offer.server, offers: [] };
    groups.set(offer.server.id, group);
    group.offers.push(offer);
  }
  return [...groups.values()];
}
