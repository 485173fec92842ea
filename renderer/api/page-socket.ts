// The page's socket to the host that served it, before anything knows what to say over it. Light on purpose: an entry asks for it with
// its first lines (`openEarly`), so that it is there when the app is loaded and has something to ask.

import { connectionLost } from './connection-errors.ts';
import { enterAsPage, takeKeyFromAddress } from './page-key.ts';

export interface OpenSocket {
  socket: WebSocket;
  /** Settles when it is gone, for whatever reason. */
  closed: Promise<void>;
}
/** `enter` is asked first each time: it gives the protocols to open with, or throws why there is no way in. */
export type Enter = (address: string) => Promise<string[]>;

const OPEN_TIMEOUT_MS = 10_000;

/** Throws what `enter` throws, and `connection-lost` when the host does not take it. */
export async function openSocket(address: string, enter: Enter): Promise<OpenSocket> {
  const socket = new WebSocket(address, await enter(address));
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  const opened = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), OPEN_TIMEOUT_MS);
    const settle = (isOpen: boolean) => (): void => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    socket.addEventListener('open', settle(true), { once: true });
    socket.addEventListener('close', settle(false), { once: true });
  });
  if (!(await opened)) {
    socket.close();
    // Whether we may come in was asked just before; the next try asks again.
    throw connectionLost();
  }
  return { socket, closed };
}

/** The preload's only trace in the page; says that ports are taken here. */
declare global {
  interface Window {
    readonly orrery?: { readonly wire: 'port' };
  }
}

export const hasPortBridge = (): boolean => window.orrery?.wire === 'port';

/** Takes the key out of the address first, at once. */
const dialHost = (): Promise<OpenSocket> => {
  takeKeyFromAddress();
  return openSocket(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/wire`, enterAsPage);
};

let early: Promise<OpenSocket> | undefined;

/** To be called by an entry before anything reads the address. Inside the desktop app there is nothing to open. */
export function openEarly(): void {
  if (hasPortBridge()) return;
  early = dialHost();
  // Whoever takes it hears why it failed.
  early.catch(() => undefined);
}

/** The socket that was asked for early, once, if there was one; then a new one each time. */
export function openPageSocket(): Promise<OpenSocket> {
  const first = early;
  early = undefined;
  return first ?? dialHost();
}
