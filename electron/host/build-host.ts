// Makes every concrete part and hands them to the runtime: what desktop, headless host and command line have in common. The
// caller holds the data folder.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Banner, HostKind } from '../../shared/model/system.ts';
import { systemClock } from '../adapters/clock.ts';
import { createExpressions } from '../adapters/expressions/expressions.ts';
import { createFiles } from '../adapters/files/files.ts';
import { sha256 } from '../adapters/hash.ts';
import { timeSortedIds } from '../adapters/ids.ts';
import { openLog } from '../adapters/log.ts';
import { createInstallers } from '../adapters/mcp/launch/installer-net.ts';
import { createKeptPackages } from '../adapters/mcp/launch/kept-packages.ts';
import { createManagedNodes } from '../adapters/mcp/launch/managed-node.ts';
import { readPinnedNode } from '../adapters/mcp/launch/pinned-node.ts';
import { createToolHost } from '../adapters/mcp/tool-host.ts';
import { createOllamaProvider } from '../adapters/models/ollama.provider.ts';
import { createOpenAiCompatibleProvider } from '../adapters/models/openai-compatible.provider.ts';
import type { ConnectionRow } from '../adapters/net/connection-row.ts';
import { createNet } from '../adapters/net/net.ts';
import { createPages } from '../adapters/pages/pages.ts';
import { createBundles } from '../adapters/programs/bundles.ts';
import { createFoundConfigs } from '../adapters/programs/found-configs.ts';
import { createPty } from '../adapters/pty/node-pty.ts';
import { createSandbox } from '../adapters/sandbox/sandbox.ts';
import { createScripts } from '../adapters/scripts/scripts.ts';
import { createSnapshots } from '../adapters/snapshots/snapshots.ts';
import { checkDatabases } from '../adapters/sqlite/check.ts';
import { openStore } from '../adapters/sqlite/open.ts';
import type { PreparedDatabase } from '../adapters/sqlite/prepare.ts';
import type { ClipboardHand } from '../adapters/vault/copy-secret.ts';
import { createKeyFiles, keyFileFolder } from '../adapters/vault/key-files.ts';
import { createKeychain } from '../adapters/vault/keychain.ts';
import { createVault } from '../adapters/vault/vault.ts';
import { createWatch } from '../adapters/watch/watch.ts';
import { api, type CallContext } from '../runtime/api/base.ts';
import { createRuntime, type Runtime } from '../runtime/create-runtime.ts';
import type { AnyNodeType } from '../runtime/nodes/define-node.ts';
import type { DesktopEvents, HostInfo, Log, Ports, Vault } from '../runtime/ports.ts';
import type { Clients } from '../runtime/serve/client-session.ts';
import type { Jobs } from '../runtime/services.ts';
import { toolServers } from '../tool-servers/tool-servers.generated.ts';
import { type AnyRouter, WireServer } from '../wires/serve.ts';
import { type AccessEvent, createAccessRecorder } from './access-records.ts';
import { connectionEntry } from './audit-records.ts';
import { startDailyBackup } from './daily-backup.ts';
import { runDoctor } from './doctor.ts';
import { hostInfo } from './host-info.ts';
import { forbidCoreDumps } from './no-core-dumps.ts';
import { findPlaces } from './places.ts';
import { fewerRefused } from './refused-rows.ts';
import { readSamples } from './samples.ts';
import { readServerCatalogue } from './server-catalogue.ts';
import { createTerminals, type Terminals } from './terminals.ts';
import { createWebhooks } from './webhooks.ts';

/** What a host's own calls are made from. */
export interface ShellParts {
  terminals: Terminals;
  log: Log;
  runtime: Runtime;
}

export interface BuildOptions {
  kind: HostKind;
  /** Absolute; its lock is held by the caller. */
  folder: string;
  /** Its database, where that was opened before. */
  prepared?: PreparedDatabase | undefined;
  /** The `shell` area of the contract, as this host can offer it. */
  shell: (parts: ShellParts) => Record<string, unknown>;
  can: { pickFolder: boolean; showInFolder: boolean; notify: boolean };
  quiet?: boolean | undefined;
  /** Puts a secret into the system's clipboard for the person, where the host can. */
  clipboard?: ClipboardHand | undefined;
  /** Hotkeys and the clipboard, on the desktop. */
  desktop?: DesktopEvents | undefined;
  /** Node types beyond the built-in ones. */
  nodes?: readonly AnyNodeType[];
}

export interface Host {
  runtime: Runtime;
  router: AnyRouter;
  wires: WireServer;
  log: Log;
  context(client: CallContext['client']): CallContext;
  onBanner(listener: (banners: Banner[]) => void): () => void;
  /** For the audit log: who came in or was turned away. */
  access(event: AccessEvent): void;
  clients: Clients;
  version: string;
  hook: { knows: Jobs['knowsWebhook']; call: Jobs['webhook'] };
  /** Said by the caller once it serves HTTP: where webhooks listen. */
  setHookOrigin(origin: string | undefined): void;
  close(): Promise<void>;
}

/** Throws what opening the store throws: `database-damaged`, `data-folder-read-only`, … Nothing is left open then. */
export function buildHost(options: BuildOptions): Host {
  const { folder, kind } = options;
  const places = findPlaces();
  // The log redacts by the vault, and the vault's problems go to the log: the log asks late.
  let vault: Vault | undefined;
  const log = openLog({ folder, quiet: options.quiet === true, redact: (text) => vault?.redact(text) ?? text });
  const opened = (() => {
    try {
      return openStore({ folder, prepared: options.prepared });
    } catch (error) {
      log.close();
      throw error;
    }
  })();
  const { store } = opened;
  const { ledTo } = opened.granted;
  const clock = systemClock;
  const ids = timeSortedIds();
  vault = createVault({
    rows: opened.vault,
    keychain: createKeychain(),
    clock,
    keyFiles: createKeyFiles(keyFileFolder(folder)),
    clipboard: options.clipboard,
  });
  // Not in the way of the start: until the vault is opened there is nothing to keep.
  setImmediate(() => void forbidCoreDumps());
  opened.attachAuditVault({ ...vault, isBegun: () => opened.vault.getMeta() !== undefined });
  // The ledger and the offline switch, for the guarded client and for the proxies of sandboxed servers alike.
  const recordConnection = fewerRefused((entry) => runtime.audit.record(entry));
  const onConnection = (row: ConnectionRow & { server?: string }) => recordConnection(connectionEntry(row));
  const isOffline = () => runtime.services.settings.get().offline;
  const net = createNet({ onConnection, isOffline });
  const sandbox = createSandbox({ log, closed: [folder], ledTo, onConnection, isOffline });
  const installers = createInstallers({ isOffline, onConnection, allowedHosts: () => runtime.services.settings.get().allowedHosts });
  const webhooks = createWebhooks(folder);
  const files = createFiles({ closed: [folder], ledTo });
  const snapshots = createSnapshots({ blobs: join(folder, 'blobs'), closed: [folder], ledTo });
  const expressions = createExpressions();
  const scripts = createScripts();
  const pages = createPages();
  const pty = createPty();
  const nodes = createManagedNodes({ dataFolder: folder, build: readPinnedNode(places.managedNode, log), net });
  const facts = hostInfo({
    kind,
    folder,
    version: places.version,
    sqlite: opened.info.sqlite,
    command: places.command,
    can: { ...options.can, terminal: pty.missing === undefined },
  });
  const reveal = vault.reveal;
  const host: HostInfo = {
    ...facts,
    doctor: () =>
      runDoctor({
        ports,
        models: () => runtime.services.models,
        database: { check: (limitMs) => checkDatabases(folder, limitMs), usage: opened.usage, folder },
        offeredNode: nodes.missing(),
        terminalProblem: pty.missing,
      }),
  };
  const ports: Ports = {
    store,
    vault,
    tools: createToolHost({
      definitions: toolServers,
      ports: { files, memory: store.memory, net, pages, clock, host, settings: store.settings, ids },
      vault,
      log,
      dataFolder: folder,
      version: places.version,
      sandbox,
      offeredNode: nodes.missing,
      installers,
      kept: opened.definitions,
    }),
    models: { ollama: createOllamaProvider({ net }), 'openai-compatible': createOpenAiCompatibleProvider({ net, reveal }) },
    expressions,
    scripts,
    watch: createWatch(),
    desktop: options.desktop ?? noDesktop,
    webhooks,
    files,
    net,
    clock,
    ids,
    log,
    samples: readSamples(places.samples, log),
    host,
    snapshots,
    programs: createFoundConfigs(),
    catalogue: readServerCatalogue(places.serverCatalogue, log),
    bundles: createBundles({ dataFolder: folder }),
    nodes,
    packages: createKeptPackages({ dataFolder: folder, ...installers }),
    newToken: () => randomBytes(32).toString('base64url'),
    hash: sha256,
  };
  const runtime = createRuntime({ ports, ...(options.nodes === undefined ? {} : { nodes: options.nodes }) });
  runtime.services.settings.onChange((now) => {
    if (now.offline) for (const each of [net, sandbox, installers]) each.endOutside();
  });
  const terminals = createTerminals({ pty, ids, getShell: () => runtime.services.settings.get().terminalShell });
  const router = api.router({ ...runtime.handlers, shell: options.shell({ terminals, log, runtime }) } as never) as AnyRouter;
  const wires = new WireServer(router, log);
  runtime.start();
  const backups = startDailyBackup({ folder, kind, log, record: (entry) => runtime.audit.record(entry) });
  return {
    runtime,
    router,
    wires,
    log,
    context: (client) => ({ log, client, deeds: runtime.deeds }),
    onBanner: store.onBanner,
    access: createAccessRecorder((entry) => runtime.audit.record(entry)),
    clients: runtime.services.clients,
    version: places.version,
    hook: {
      knows: (job, token) => runtime.services.jobs.knowsWebhook(job, token),
      call: (job, token, request) => runtime.services.jobs.webhook(job, token, request),
    },
    setHookOrigin: webhooks.setOrigin,
    async close() {
      await inOrder(log, [
        () => wires.close(),
        () => terminals.closeAll(),
        () => runtime.close(),
        () => nodes.close(),
        () => installers.close(),
        () => ports.tools.close(),
        () => sandbox.close(),
        () => expressions.close(),
        () => scripts.close(),
        () => pages.close(),
        () => snapshots.close(),
        () => backups.close(),
        () => runtime.audit.close(),
        () => opened.close(),
      ]);
      log.close();
    },
  };
}

const noDesktop: DesktopEvents = {
  missing: { hotkeys: 'Hotkeys need the desktop app.', clipboard: 'Watching the clipboard needs the desktop app.' },
  onHotkey() {
    throw new AppError('not-on-this-host', 'Hotkeys need the desktop app.', { hint: 'Start Orrery’s desktop app.' });
  },
  onClipboard() {
    throw new AppError('not-on-this-host', 'Watching the clipboard needs the desktop app.', { hint: 'Start Orrery’s desktop app.' });
  },
};

/** Each is tried although one before it failed, a full disk for instance: no child process or lock may outlive the host. */
async function inOrder(log: Log, steps: readonly (() => unknown)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      log.error('A part of the host did not close in order', { error: String(error) });
    }
  }
}
