// BrowserWindow and webContents over pages of a real Chromium, by the parts of them that the app uses.

import { EventEmitter } from 'node:events';
import type { Page, Request, Route } from 'playwright-core';
import { getContext, toCalled, toShown } from './browser.ts';
import { app, ipcMain, openWindows, preventable, session } from './core.ts';
import { installPreload } from './preload-world.ts';

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}
type WindowOpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

export class WebContents extends EventEmitter {
  openHandler: WindowOpenHandler = () => ({ action: 'allow' });
  readonly window: BrowserWindow;
  /** The navigation that the main side itself asked for. */
  expected: string | undefined;

  constructor(window: BrowserWindow) {
    super();
    this.window = window;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return toCalled(this.window.page?.url() ?? '');
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents = new WebContents(this);
  readonly options: Record<string, unknown>;
  page: Page | undefined;
  /** Every window that is open, as Electron lists them. */
  static getAllWindows(): BrowserWindow[] {
    return openWindows.filter((window) => window instanceof BrowserWindow);
  }
  readonly opened: Promise<Page>;
  #bounds: Bounds;
  readonly #state = { visible: false, focused: false, minimized: false, maximized: false, destroyed: false };

  constructor(options: Record<string, unknown> = {}) {
    super();
    this.options = options;
    this.#bounds = {
      x: Number(options.x ?? 100),
      y: Number(options.y ?? 100),
      width: Number(options.width ?? 800),
      height: Number(options.height ?? 600),
    };
    openWindows.push(this);
    this.opened = this.#open();
    app.emit('web-contents-created', {}, this.webContents);
  }

  async #open(): Promise<Page> {
    const context = await getContext();
    const page = await context.newPage();
    this.page = page;
    await page.setViewportSize({ width: this.#bounds.width, height: this.#bounds.height });
    await page.route('**/*', (route, request) => this.#answer(route, request));
    const cdp = await context.newCDPSession(page);
    // Chromium has begun to open the window when it tells of it; Electron asks first. What is denied is closed at once.
    let isDenied = false;
    cdp.on('Page.windowOpen', ({ url }) => {
      isDenied = this.webContents.openHandler({ url: toCalled(url) }).action === 'deny';
    });
    await cdp.send('Page.enable');
    page.on('popup', (popup) => {
      if (isDenied) void popup.close();
    });
    const preload = (this.options.webPreferences as { preload?: string } | undefined)?.preload;
    if (preload !== undefined)
      await installPreload(page, cdp, preload, (sent) => {
        ipcMain.emit(
          sent.channel,
          {
            sender: this.webContents,
            senderFrame: { url: toCalled(sent.frame.url), parent: sent.frame.isMain ? null : {} },
            ports: sent.ports,
          },
          sent.message,
        );
      });
    return page;
  }

  /** Every request of the page: navigation events first, then the session's filter, then the protocol's handler. No network. */
  async #answer(route: Route, request: Request): Promise<void> {
    const url = toCalled(request.url());
    if (request.isNavigationRequest() && url !== this.webContents.expected) {
      const isMain = request.frame() === this.page?.mainFrame();
      const event = preventable({ url, isMainFrame: isMain });
      if (isMain) this.webContents.emit('will-navigate', event);
      this.webContents.emit('will-frame-navigate', event);
      if (event.defaultPrevented) return route.abort('aborted');
    }
    if (session.defaultSession.isCancelled(url)) return route.abort('blockedbyclient');
    const scheme = new URL(url).protocol.slice(0, -1);
    const handler = session.defaultSession.protocol.handlers.get(scheme);
    if (handler === undefined) return route.abort('internetdisconnected');
    const answer = await handler(new Request(url, { method: request.method() }));
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.opened;
    this.webContents.expected = url;
    await page.goto(toShown(url));
    this.emit('ready-to-show');
  }

  show(): void {
    this.#state.visible = true;
    this.emit('show');
    this.focus();
  }
  hide(): void {
    this.#state.visible = false;
    this.#state.focused = false;
    this.emit('hide');
  }
  focus(): void {
    for (const other of openWindows) if (other !== this) other.blur();
    this.#state.focused = true;
    this.emit('focus');
  }
  blur(): void {
    if (!this.#state.focused) return;
    this.#state.focused = false;
    this.emit('blur');
  }
  minimize(): void {
    this.#state.minimized = true;
  }
  restore(): void {
    this.#state.minimized = false;
  }
  maximize(): void {
    this.#state.maximized = true;
  }
  isVisible(): boolean {
    return this.#state.visible;
  }
  isFocused(): boolean {
    return this.#state.focused;
  }
  isMinimized(): boolean {
    return this.#state.minimized;
  }
  isMaximized(): boolean {
    return this.#state.maximized;
  }
  isDestroyed(): boolean {
    return this.#state.destroyed;
  }
  getNormalBounds(): Bounds {
    return { ...this.#bounds };
  }
  getBounds(): Bounds {
    return { ...this.#bounds };
  }
  setBounds(bounds: Partial<Bounds>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('move');
    this.emit('resize');
  }

  /** What the person's click on the close button does. */
  close(): void {
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }
  destroy(): void {
    if (this.#state.destroyed) return;
    this.#state.destroyed = true;
    this.#state.visible = false;
    openWindows.splice(openWindows.indexOf(this), 1);
    this.webContents.emit('destroyed');
    this.emit('closed');
    void this.opened.then((page) => page.close());
    if (openWindows.length === 0) app.emit('window-all-closed');
  }
}
