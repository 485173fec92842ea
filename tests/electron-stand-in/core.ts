// The parts of the stand-in that windows and everything else share: the app, its session, and what tests look at.

import { EventEmitter } from 'node:events';
import { getContext } from './browser.ts';

/** An event with the one thing listeners do to it. */
export const preventable = <T extends object>(details: T): T & { preventDefault(): void; readonly defaultPrevented: boolean } => {
  let isPrevented = false;
  const event = {
    ...details,
    preventDefault: (): void => {
      isPrevented = true;
    },
  };
  return Object.defineProperty(event, 'defaultPrevented', { get: () => isPrevented }) as typeof event & {
    readonly defaultPrevented: boolean;
  };
};

export const openWindows: { close(): void; destroy(): void; blur(): void }[] = [];

/** Everything that happened to the outside, for tests to look at. */
export const seen = {
  opened: [] as string[],
  errors: [] as { title: string; text: string }[],
  exitCode: undefined as number | undefined,
  hasLock: true,
  quit: undefined as (() => void) | undefined,
};

class App extends EventEmitter {
  readonly paths = new Map<string, string>();
  whenReady = async (): Promise<void> => {
    await getContext();
  };
  requestSingleInstanceLock = (): boolean => seen.hasLock;
  enableSandbox = (): void => undefined;
  setAppUserModelId = (_id: string): void => undefined;
  setPath = (name: string, path: string): void => {
    this.paths.set(name, path);
  };
  getAppPath = (): string => process.cwd();
  exit = (code = 0): void => {
    seen.exitCode = code;
    seen.quit?.();
  };
  quit = (): void => {
    const event = preventable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    for (const window of [...openWindows]) window.close();
    if (openWindows.length > 0) return;
    this.emit('will-quit', preventable({}));
    this.exit(0);
  };
}
export const app = new App();
export const ipcMain = new EventEmitter();

type Handler = (request: Request) => Response | Promise<Response>;
type Filter = (details: { url: string }, answer: (verdict: { cancel?: boolean }) => void) => void;
type PermissionHandler = (contents: { getURL(): string }, permission: string, answer: (granted: boolean) => void) => void;
type PermissionCheck = (contents: { getURL(): string } | null, permission: string) => boolean;

class Session {
  readonly protocol = {
    handlers: new Map<string, Handler>(),
    handle(scheme: string, handler: Handler): void {
      this.handlers.set(scheme, handler);
    },
  };
  #filter: Filter | undefined;
  permissionRequest: PermissionHandler | undefined;
  permissionCheck: PermissionCheck | undefined;
  readonly webRequest = {
    onBeforeRequest: (filter: Filter): void => {
      this.#filter = filter;
    },
  };

  isCancelled(url: string): boolean {
    let isCancelled = false;
    this.#filter?.({ url }, (verdict) => {
      isCancelled = verdict.cancel === true;
    });
    return isCancelled;
  }
  setPermissionRequestHandler(handler: PermissionHandler): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(_handler: () => boolean): void {
    // No page of the stand-in can ask for a device.
  }
  setDisplayMediaRequestHandler(_handler: (request: unknown, answer: (streams: object) => void) => void): void {
    // Nor for the screen.
  }
  setSpellCheckerEnabled(_enable: boolean): void {
    // Chromium without a profile has no dictionaries.
  }
}
export const session = { defaultSession: new Session() };
export const protocol = {
  schemes: [] as { scheme: string; privileges?: object }[],
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges?: object }[]): void {
    protocol.schemes.push(...schemes);
  },
};
