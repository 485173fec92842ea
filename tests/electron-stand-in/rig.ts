// Starts the real desktop main code over the stand-in, with a host that implements the whole contract by recording handlers
// and a few real answers. The page and the preload are built from their sources.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { createPty } from '../../electron/adapters/pty/node-pty.ts';
import { createTerminals } from '../../electron/host/terminals.ts';
import type { startDesktop as StartDesktop } from '../../electron/main/desktop.ts';
import { Channel } from '../../electron/runtime/util/channel.ts';
import { type AnyRouter, WireServer } from '../../electron/wires/serve.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { defaultSettings, type Settings } from '../../shared/model/settings.ts';
import type { AppStatus } from '../../shared/model/system.ts';
import { recordingRouter, silentLog, testContext } from '../contract/wire-rig.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface DesktopRig {
  dataFolder: string;
  executed: string[];
  settings: Channel<Settings>;
  status: Channel<AppStatus>;
  inbox: Channel<InboxItem[]>;
  runs: Channel<RunSummary[]>;
  /** `until`: the folder is ours and the window may open, and the host is built when it settles. */
  start(options?: { held?: string; until?: Promise<void> }): Promise<void>;
  isHostClosed(): boolean;
  remove(): void;
}

export const idle: AppStatus = {
  model: { label: 'No model', state: 'missing' },
  servers: { ready: 0, total: 0, failed: 0 },
  running: 0,
  waiting: 0,
  queued: 0,
  paused: false,
  cpu: 0,
  memory: 0,
  banners: [],
};

export async function makeRig(startDesktop: typeof StartDesktop): Promise<DesktopRig> {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-desktop-'));
  const renderer = path.join(folder, 'renderer');
  const dataFolder = path.join(folder, 'data');
  for (const made of [renderer, dataFolder]) mkdirSync(made, { recursive: true });
  writeFileSync(path.join(renderer, 'index.html'), '<!doctype html><title>Orrery</title><script src="/page.js"></script>');
  writeFileSync(path.join(renderer, 'quick.html'), '<!doctype html><title>Quick command</title>');
  writeFileSync(path.join(renderer, 'page.js'), 'document.title = `Orrery ${window.orrery?.wire}`;');
  await buildPreload(folder);
  const settings = new Channel<Settings>();
  const status = new Channel<AppStatus>();
  const inbox = new Channel<InboxItem[]>();
  const runs = new Channel<RunSummary[]>();
  const { router, executed } = recordingRouter({
    'settings.get': () => defaultSettings,
    'settings.watch': ({ signal }) => settings.follow(signal),
    'app.watchStatus': async function* ({ signal }) {
      yield idle;
      yield* status.follow(signal);
    },
    'inbox.watch': async function* ({ signal }) {
      yield [];
      yield* inbox.follow(signal);
    },
    'runs.watchList': ({ signal }) => runs.follow(signal),
  });
  let isClosed = false;
  return {
    dataFolder,
    executed,
    settings,
    status,
    inbox,
    runs,
    isHostClosed: () => isClosed,
    start: ({ held, until } = {}) =>
      startDesktop({
        dataFolder,
        files: {
          renderer,
          preload: path.join(folder, 'preload.cjs'),
          icon: path.join(root, 'resources/icon.png'),
          trayIcon: path.join(root, 'resources/tray.png'),
        },
        openHost: async (makeShell, onReadable) => {
          if (held !== undefined) return { held };
          if (until !== undefined) onReadable();
          await until;
          const terminals = createTerminals({ pty: createPty(), ids: { next: () => 't1' }, getShell: () => '' });
          const shell = makeShell(terminals);
          const wires = new WireServer({ ...(router as object), shell } as AnyRouter, silentLog);
          return {
            dataFolder,
            wires,
            context: () => testContext,
            close: async () => {
              wires.close();
              terminals.closeAll();
              isClosed = true;
            },
          };
        },
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As scripts/build.ts does it: one CommonJS file that may load `electron` only. */
export async function buildPreload(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: { preload: path.join(root, 'electron/preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  });
}
