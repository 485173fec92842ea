// The whole bridge, and it stays so: it passes a message port from the page to the main process, which checks who sends it.
// The page learns only that there is a port to be had. New calls go into the contract, never in here.

import { contextBridge, ipcRenderer } from 'electron';
import { PORT_HANDSHAKE } from '../../shared/port-handshake.ts';

contextBridge.exposeInMainWorld('orrery', { wire: 'port' });

window.addEventListener('message', (event) => {
  if (event.source !== window || event.data !== PORT_HANDSHAKE || event.ports.length !== 1) return;
  event.stopImmediatePropagation();
  ipcRenderer.postMessage(PORT_HANDSHAKE, null, [...event.ports]);
});
