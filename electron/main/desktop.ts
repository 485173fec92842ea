// The desktop host from start to end: one instance, the host behind it, windows and native parts, and a quit that lets the
// host finish what it writes. How the host is built is handed in.

import { app, dialog, session } from 'electron';
import { isCancelled, toAppError } from '../../shared/errors.ts';
import { ShellRequests } from '../host/shell-requests.ts';
import { readStaticFiles } from '../host/static-files.ts';
import type { Terminals } from '../host/terminals.ts';
import type { Log } from '../runtime/ports.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { createConsent } from './consent.ts';
import { type FollowedHost, type FollowedParts, followHost } from './follow-host.ts';
import { lockDownAll } from './lock-down.ts';
import { createMainWindow } from './main-window.ts';
import { setMenu } from './menu.ts';
import { createNotifications } from './notifications.ts';
import { type BehindPorts, servePorts } from './port-wire.ts';
import { followPower } from './power-events.ts';
import { createQuickWindow } from './quick-window.ts';
import { createShellApi } from './shell.api.ts';
import { createQuickShortcut } from './shortcuts.ts';
import { createTray } from './tray.ts';

export interface DesktopHost extends FollowedHost {
  dataFolder: string;
  /** The computer goes to sleep, or its screen is locked. */
  onAway?(why: 'sleep' | 'screen-lock'): Promise<boolean>;
  close(): Promise<void>;
}
export type DesktopShell = (terminals: Terminals) => ReturnType<typeof createShellApi>;

export interface DesktopOptions {
  /**
   * Builds the host, or says in a sentence who holds its data folder. `onReadable` is called once it is sure that the folder is ours and
   * can be read: the window opens then, while the rest is built. Throws AppError.
   */
  openHost(makeShell: DesktopShell, onReadable: () => void): Promise<DesktopHost | { held: string }>;
  dataFolder: string;
  files: { renderer: string; preload: string; icon: string; trayIcon: string };
}

/** Must be called before Electron is ready. */
export async function startDesktop(options: DesktopOptions): Promise<void> {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  app.setAppUserModelId('app.orrery.desktop');
  registerAppScheme();
  await app.whenReady();
  try {
    await open(options);
  } catch (error) {
    const known = toAppError(error);
    fail('Orrery cannot start', known.hint === undefined ? known.message : `${known.message}\n\n${known.hint}`);
  }
}

function fail(title: string, text: string): void {
  dialog.showErrorBox(title, text);
  app.exit(1);
}

async function open(options: DesktopOptions): Promise<void> {
  const requests = new ShellRequests();
  let log: Pick<Log, 'warn'> = { warn: (message, data) => console.warn(message, data ?? '') };
  const lateLog: Pick<Log, 'warn'> = { warn: (message, data) => log.warn(message, data) };
  lockDownAll(lateLog);
  serveApp(session.defaultSession.protocol, readStaticFiles(options.files.renderer));

  const state = { quitting: false, closeToTray: true, notifications: true, hasTray: false };
  const main = createMainWindow({
    preload: options.files.preload,
    icon: options.files.icon,
    dataFolder: options.dataFolder,
    requests,
    hidesOnClose: () => !state.quitting && state.closeToTray && state.hasTray,
    onClosed: () => {
      if (!state.quitting && process.platform !== 'darwin') app.quit();
    },
  });
  const quick = createQuickWindow({ preload: options.files.preload, icon: options.files.icon });
  const notify = createNotifications({
    isWanted: () => state.notifications,
    isLooking: () => main.current?.isFocused() === true,
    open: (route) => main.show(route),
  });

  const consent = createConsent(() => main.current);
  const behind = Promise.withResolvers<BehindPorts>();
  servePorts(behind.promise, lateLog);
  const host = await options.openHost(
    (terminals) =>
      createShellApi({
        terminals,
        requests,
        window: () => main.current,
        chose: consent.chose,
        showMain: (route) => main.show(route),
        hideQuick: () => quick.hide(),
        notify: (title, body) => notify.show(title, body, () => main.show()),
      }),
    () => main.show(),
  );
  if ('held' in host) return fail('Orrery is already running', host.held);
  const context = host.context('page');
  log = context.log;

  let followed: FollowedParts | undefined;
  const setPaused = (isPaused: boolean): void => followed?.setPaused(isPaused);
  const actions = { open: (route?: string) => main.show(route), quick: () => quick.show(), quit: () => app.quit(), setPaused };
  const tray = createTray(options.files.trayIcon, actions, log);
  state.hasTray = tray !== undefined;
  const shortcut = createQuickShortcut(() => quick.toggle(), log);
  behind.resolve({ server: host.wires, context: { ...context, consent } });
  const showMenu = (isPaused: boolean): void =>
    setMenu(
      (id) => {
        main.show();
        requests.send({ type: 'command', id });
      },
      { isPaused, set: setPaused },
    );
  showMenu(false);
  app.on('second-instance', () => main.show());
  app.on('activate', () => main.show());
  followed = await followHost(host, {
    tray,
    shortcut,
    notify,
    onPaused: showMenu,
    onSettings: (settings) => {
      state.closeToTray = settings.closeToTray;
      state.notifications = settings.notifications;
    },
  });
  const { onAway } = host;
  const stopPower = onAway === undefined ? () => undefined : followPower({ onAway }, log);
  quitCleanly(state, async () => {
    stopPower();
    shortcut.release();
    followed?.stop();
    await host.close();
    tray?.destroy();
  });
  if (main.current === undefined) main.show();
}

/** The app ends only after the host has closed: what is being written is finished, and no tool server is left behind. */
function quitCleanly(state: { quitting: boolean }, close: () => Promise<void>): void {
  let closed: 'not yet' | 'closing' | 'done' = 'not yet';
  app.on('before-quit', (event) => {
    state.quitting = true;
    if (closed === 'done') return;
    event.preventDefault();
    if (closed === 'closing') return;
    closed = 'closing';
    close()
      .catch((error: unknown) => {
        if (!isCancelled(error)) console.error('The host did not close cleanly', error);
      })
      .finally(() => {
        closed = 'done';
        app.quit();
      });
  });
  // The app lives in its tray, or ends with its main window: never just because the last window closed.
  app.on('window-all-closed', () => undefined);
}
