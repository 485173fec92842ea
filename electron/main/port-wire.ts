// Takes the message ports that pages hand over by the preload, from our own pages' main frames only, and serves the contract
// on them. A page that goes away takes its port with it.

import { type IpcMainEvent, ipcMain } from 'electron';
import { PORT_HANDSHAKE } from '../../shared/port-handshake.ts';
import type { CallContext } from '../runtime/api/base.ts';
import { portTransport } from '../wires/port-wire.ts';
import type { WireServer } from '../wires/serve.ts';
import { isOwnAddress } from './origin.ts';

export function servePorts(server: WireServer, context: CallContext): void {
  ipcMain.on(PORT_HANDSHAKE, (event: IpcMainEvent) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (event.ports.length !== 1 || !isOwnMainFrame(event)) {
      context.log.warn('A port from a frame that is not ours was refused', { address: event.senderFrame?.url.slice(0, 200) });
      for (const refused of event.ports) refused.close();
      return;
    }
    const session = server.serve(portTransport(port), context);
    const leave = (): void => session.close();
    event.sender.once('destroyed', leave);
    event.sender.once('render-process-gone', leave);
    port.on('close', () => {
      event.sender.off('destroyed', leave);
      event.sender.off('render-process-gone', leave);
    });
  });
}

/** The frame is looked up when asked: it may have gone, or have gone elsewhere, since it sent. */
const isOwnMainFrame = (event: IpcMainEvent): boolean =>
  event.senderFrame !== null && event.senderFrame.parent === null && isOwnAddress(event.senderFrame.url);
