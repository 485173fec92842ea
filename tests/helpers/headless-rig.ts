// A headless host whose pages are made here and whose handlers only note what reached them: what it executed is the measure.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { WireServer } from '../../electron/wires/serve.ts';
import { recordingRouter, silentLog, testContext } from '../contract/wire-rig.ts';

/** A call as the page's wire sends it. */
export const oneCall = JSON.stringify({ i: '1', p: { u: '/memory/listTags', b: {} } });

/** What the real page does with the key it is given. */
const takesKey = `const key = /^#key=([\\w-]+)$/.exec(location.hash)?.[1];
if (key !== undefined) { localStorage.setItem('orrery.page-key', key); history.replaceState(null, '', '/'); }`;

export interface HeadlessRig {
  host: Headless;
  /** Temporary; the pages are in it. */
  folder: string;
  /** What reached a handler, newest last. */
  executed: string[];
  router: ReturnType<typeof recordingRouter>['router'];
  /** Another host with the same pages and handlers. The caller closes it. */
  start(options: { port: number; secret?: string }): Promise<Headless>;
  close(): Promise<void>;
}

export async function openHeadlessRig(): Promise<HeadlessRig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-headless-'));
  const pages = path.join(folder, 'pages');
  const { router, executed } = recordingRouter({ 'memory.listTags': () => [] });
  mkdirSync(path.join(pages, 'assets'), { recursive: true });
  writeFileSync(
    path.join(pages, 'index.html'),
    '<!doctype html><title>Orrery</title><script type="module" src="/assets/app-12345678.js"></script>',
  );
  writeFileSync(path.join(pages, 'assets/app-12345678.js'), `${takesKey}document.title = 'loaded';${' '.repeat(2000)}`);
  writeFileSync(path.join(folder, 'outside.txt'), 'outside');
  const start: HeadlessRig['start'] = (options) =>
    startHeadless({
      host: { wires: new WireServer(router, silentLog), context: () => testContext },
      rendererFolder: pages,
      ...options,
    });
  const host = await start({ port: 0 });
  return {
    ...{ host, folder, executed, router, start },
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
