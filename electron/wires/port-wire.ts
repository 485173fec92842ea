// Message ports as a carrier: Electron's MessagePortMain, and the web's and Node's MessagePort.

import type { Transport } from './serve.ts';

/** Electron's MessagePortMain, by the part of it that is used. */
export interface MainPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}
/** The web's MessagePort (Node has it too), by the part of it that is used. */
export interface WebPort {
  addEventListener(event: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(event: 'close', listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

export function portTransport(port: MainPort | WebPort): Transport {
  const closeListeners: (() => void)[] = [];
  let isClosed = false;
  const closed = (): void => {
    if (isClosed) return;
    isClosed = true;
    for (const listener of closeListeners) listener();
  };
  return {
    send: (text) => {
      if (!isClosed) port.postMessage(text);
    },
    onMessage: (listener) => {
      const take = (event: { data: unknown }): void => listener(event.data);
      if ('addEventListener' in port) port.addEventListener('message', take);
      else port.on('message', take);
      port.start();
    },
    onClose: (listener) => {
      if (closeListeners.push(listener) > 1) return;
      if ('addEventListener' in port) port.addEventListener('close', closed);
      else port.on('close', closed);
    },
    close: () => {
      if (isClosed) return;
      port.close();
      // Electron tells only the other side of a close; this side's work must end as well.
      closed();
    },
  };
}
