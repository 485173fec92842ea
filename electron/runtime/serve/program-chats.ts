// Which conversations other programs began: their id says so, and by whom. A title can be changed, and be like another one.

import type { ConversationId } from '../../../shared/model/ids.ts';
import type { Ports } from '../ports.ts';

const ending = /-p[0-9a-f]{16}$/;

const endingOf = (hash: Ports['hash'], client: string): string => `-p${hash(`program ${client}`).slice(0, 16)}`;

/** The conversation that begins with `first`, an id. */
export const programChat = (hash: Ports['hash'], client: string, first: string): ConversationId =>
  `${first}${endingOf(hash, client)}` as ConversationId;

export const newProgramChat = (ports: Pick<Ports, 'hash' | 'ids'>, client: string): ConversationId =>
  programChat(ports.hash, client, ports.ids.next());

/** Begun by this very program. */
export const isChatOf = (hash: Ports['hash'], client: string, id: string): boolean => id.endsWith(endingOf(hash, client));

/** Begun by some program: what stands in it as the person's words are words of others. */
export const isProgramChat = (id: string): boolean => ending.test(id);
