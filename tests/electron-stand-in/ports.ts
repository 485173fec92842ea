// Message ports of the main side. One end may live in a page's isolated world; what it sends crosses as JSON.

import { EventEmitter } from 'node:events';

export interface FarEnd {
  deliver(message: unknown): void;
  closed(): void;
}

export class MessagePortMain extends EventEmitter {
  #far: FarEnd | undefined;
  #started = false;
  #closed = false;
  #queue: unknown[] = [];

  connect(far: FarEnd): void {
    this.#far = far;
  }

  /** A message from the other end; held back until the port is started, as in Electron. */
  receive(data: unknown): void {
    if (this.#closed) return;
    if (this.#started) this.emit('message', { data, ports: [] });
    else this.#queue.push(data);
  }

  /** The other end has gone. */
  farEndClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close');
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  postMessage(message: unknown): void {
    if (!this.#closed) this.#far?.deliver(message);
  }

  start(): void {
    this.#started = true;
    for (const data of this.#queue.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#far?.closed();
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    const join = (from: MessagePortMain, to: MessagePortMain): void =>
      from.connect({
        deliver: (message) => setImmediate(() => to.receive(structuredClone(message))),
        closed: () => setImmediate(() => to.farEndClosed()),
      });
    join(this.port1, this.port2);
    join(this.port2, this.port1);
  }
}
