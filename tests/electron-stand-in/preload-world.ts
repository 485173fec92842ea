// Runs the real preload in an isolated world of the page, as Electron does: it shares the document with the page and none of its
// objects. The world has one binding to this side, which the page cannot see.

import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { MessagePortMain } from './ports.ts';

const WORLD = 'electron-preload';
const EXPOSE = 'electron-stand-in:expose';

export interface FromPreload {
  channel: string;
  message: unknown;
  ports: MessagePortMain[];
  frame: { url: string; isMain: boolean };
}

/** In the page's own world, before anything of the page: the receiving half of contextBridge. */
const mainWorld = `addEventListener('${EXPOSE}', (event) => {
  event.stopImmediatePropagation();
  const { key, value } = JSON.parse(event.detail);
  Object.defineProperty(window, key, { value: Object.freeze(value), enumerable: true });
}, { once: true, capture: true });`;

/** In the isolated world: what \`require('electron')\` gives a sandboxed preload. */
const isolatedWorld = (preload: string): string => `if (window === window.top) {
  const live = new Map();
  let next = 0;
  globalThis.__deliver = (id, message) => live.get(id)?.postMessage(message);
  globalThis.__close = (id) => { live.get(id)?.close(); live.delete(id); };
  const electron = {
    contextBridge: { exposeInMainWorld: (key, value) => dispatchEvent(new CustomEvent('${EXPOSE}', { detail: JSON.stringify({ key, value }) })) },
    ipcRenderer: {
      postMessage(channel, message, ports = []) {
        const ids = ports.map((port) => {
          const id = ++next;
          live.set(id, port);
          port.onmessage = (event) => __toMain(JSON.stringify({ port: id, message: event.data }));
          port.addEventListener('close', () => __toMain(JSON.stringify({ port: id, closed: true })));
          return id;
        });
        __toMain(JSON.stringify({ channel, message, ids }));
        for (const port of ports) port.start();
      },
    },
  };
  const module = { exports: {} };
  ((require, module, exports) => { ${preload}
  })((name) => { if (name !== 'electron') throw new Error('A sandboxed preload cannot load ' + name); return electron; }, module, module.exports);
}`;

export async function installPreload(page: Page, cdp: CDPSession, file: string, take: (sent: FromPreload) => void): Promise<void> {
  const contexts = new Map<number, string>();
  const ports = new Map<string, MessagePortMain>();
  const drop = (contextId: number): void => {
    contexts.delete(contextId);
    for (const [key, port] of ports)
      if (key.startsWith(`${contextId}:`)) {
        ports.delete(key);
        port.farEndClosed();
      }
  };
  cdp.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name === WORLD) contexts.set(context.id, String((context.auxData as { frameId?: string } | undefined)?.frameId ?? ''));
  });
  cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => drop(executionContextId));
  cdp.on('Runtime.executionContextsCleared', () => {
    for (const id of [...contexts.keys()]) drop(id);
  });
  page.on('close', () => {
    for (const id of [...contexts.keys()]) drop(id);
  });
  const run = (contextId: number, expression: string): void => {
    // A page that has just gone cannot be told anything; its ports are closed by the events above.
    cdp.send('Runtime.evaluate', { contextId, expression }).catch(() => undefined);
  };
  cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId: context }) => {
    if (name !== '__toMain') return;
    const sent = JSON.parse(payload) as { port?: number; closed?: boolean; message?: unknown; channel?: string; ids?: number[] };
    if (sent.port !== undefined) {
      const port = ports.get(`${context}:${sent.port}`);
      if (sent.closed === true) port?.farEndClosed();
      else port?.receive(sent.message);
      return;
    }
    const handed = (sent.ids ?? []).map((id) => {
      const port = new MessagePortMain();
      port.connect({
        deliver: (message) => run(context, `__deliver(${id}, ${JSON.stringify(message)})`),
        closed: () => run(context, `__close(${id})`),
      });
      ports.set(`${context}:${id}`, port);
      return port;
    });
    take({ channel: sent.channel ?? '', message: sent.message, ports: handed, frame: { url: page.url(), isMain: true } });
  });
  await cdp.send('Runtime.enable');
  await cdp.send('Page.enable');
  await cdp.send('Runtime.addBinding', { name: '__toMain', executionContextName: WORLD });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorld });
  await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: isolatedWorld(readFileSync(file, 'utf8')), worldName: WORLD });
}
