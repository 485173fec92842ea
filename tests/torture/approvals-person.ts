// A careless person at the inbox: answers some questions, some of them twice or with a hash that is not theirs, some while the host dies. It
// remembers what it sent and what was acknowledged, which is what the host is held to in the end.

import type { HostClient } from '../../electron/wires/attach.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import type { Random } from '../contract/wire-fuzz.ts';

type Approval = Extract<InboxItem['request'], { kind: 'approval' }>;
type Answer = 'once' | 'deny';

/** What one question was told. */
export interface Sent {
  item: InboxItem;
  hash: string;
  /** Answers that went out, acknowledged or not. */
  tried: Set<Answer>;
  acknowledged?: Answer;
}

export class Person {
  readonly seen = new Map<string, Sent>();
  answeredTwice = 0;
  mismatched = 0;
  /** Wrong or second answers that were rightly refused. */
  refused = 0;
  readonly #random: Random;
  readonly #happened: (item: InboxItem) => boolean;

  constructor(random: Random, happened: (item: InboxItem) => boolean) {
    this.#random = random;
    this.#happened = happened;
  }

  look(items: readonly InboxItem[]): void {
    for (const item of items) {
      if (item.request.kind !== 'approval' || this.seen.has(item.id)) continue;
      this.seen.set(item.id, { item, hash: item.request.hash, tried: new Set() });
    }
  }

  /** Settles when the host has said what became of it; never rejects. */
  async answer(client: HostClient, item: InboxItem): Promise<void> {
    if (item.request.kind === 'unknown-outcome') {
      const answer = this.#happened(item) ? 'done' : 'redo';
      await client.inbox.answer({ id: item.id, answer: { kind: 'unknown-outcome', answer } }).catch(() => undefined);
      return;
    }
    if (item.request.kind !== 'approval') return;
    const { request } = item;
    const way = this.#random();
    if (way < 0.25 && !(await this.#isRefused(client, item, 'once', otherHash(request), 'approval-mismatch'))) this.mismatched += 1;
    const answer: Answer = this.#random() < 0.7 ? 'once' : 'deny';
    if (way > 0.8) {
      // Both at once: one of them stands.
      const both = await Promise.all([this.#send(client, item, request, answer), this.#send(client, item, request, other(answer))]);
      if (both.filter(Boolean).length > 1) this.answeredTwice += 1;
      return;
    }
    const isTaken = await this.#send(client, item, request, answer);
    if (!isTaken || way < 0.5) return;
    if (!(await this.#isRefused(client, item, other(answer), request.hash, 'already-answered'))) this.answeredTwice += 1;
  }

  async #send(client: HostClient, item: InboxItem, request: Approval, answer: Answer): Promise<boolean> {
    const sent = this.seen.get(item.id);
    sent?.tried.add(answer);
    try {
      await client.inbox.answer({ id: item.id, answer: { kind: 'approval', answer, hash: request.hash } });
    } catch {
      // Refused, or the host died before it said: what stands is read in the end.
      return false;
    }
    if (sent !== undefined) sent.acknowledged ??= answer;
    return true;
  }

  /** True when it was refused for that reason, or when the host died meanwhile. */
  async #isRefused(client: HostClient, item: InboxItem, answer: Answer, hash: string, code: string): Promise<boolean> {
    try {
      await client.inbox.answer({ id: item.id, answer: { kind: 'approval', answer, hash } });
      return false;
    } catch (error) {
      if (fromWireError(error).code === code) this.refused += 1;
      return true;
    }
  }
}

const other = (answer: Answer): Answer => (answer === 'once' ? 'deny' : 'once');
const otherHash = (request: Approval): string => `${request.hash.slice(0, -1)}${request.hash.endsWith('0') ? '1' : '0'}`;
