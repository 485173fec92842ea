// Takes the message ports that pages hand over by the preload, from our own pages' main frames only, and serves the contract
// on them. A page that goes away takes its port with it.

import { type IpcMainEvent, ipcMain } from 'electron';
import { PORT_HANDSHAKE } from '../../shared/port-handshake.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { Log } from '../runtime/ports.ts';
import { portTransport } from '../wires/port-wire.ts';
import type { WireServer, WireSession } from '../wires/serve.ts';
import { isOwnAddress } from './origin.ts';

/** What answers on a port, once the host is built. */
export interface BehindPorts {
  server: WireServer;
  context: CallContext;
}

/** From the first moment on: a page that comes before the host is built keeps its port, and what it asked is answered then. */
export function servePorts(behind: Promise<BehindPorts>, log: Pick<Log, 'warn'>): void {
  ipcMain.on(PORT_HANDSHAKE, (event: IpcMainEvent) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (event.ports.length !== 1 || !isOwnMainFrame(event)) {
      log.warn('A port from a frame that is not ours was refused', { address: event.senderFrame?.url.slice(0, 200) });
      for (const refused of event.ports) refused.close();
      return;
    }
    let isGone = false;
    let session: WireSession | undefined;
    const leave = (): void => {
      isGone = true;
      if (session === undefined) port.close();
      else session.close();
    };
    event.sender.once('destroyed', leave);
    event.sender.once('render-process-gone', leave);
    port.on('close', () => {
      isGone = true;
      event.sender.off('destroyed', leave);
      event.sender.off('render-process-gone', leave);
    });
    behind
      .then(({ server, context }) => {
        if (!isGone) session = server.serve(portTransport(port), context);
      })
      // The app says why it cannot start, and ends.
      .catch(() => port.close());
  });
}

/** The frame is looked up when asked: it may have gone, or have gone elsewhere, since it sent. */
const isOwnMainFrame = (event: IpcMainEvent): boolean =>
  event.senderFrame !== null && event.senderFrame.parent === null && isOwnAddress(event.senderFrame.url);
