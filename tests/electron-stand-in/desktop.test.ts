// The real electron/main and electron/preload, end to end over a real Chromium. What a person would press is pressed on the
// stand-in's objects; what the page may and may not do is tried from inside the page.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunSummary } from '../../shared/model/run.ts';
import { defaultSettings } from '../../shared/model/settings.ts';
import * as electron from './electron.ts';
import { answersTo, callRaw, openWire, sendRaw } from './raw-wire.ts';
import { type DesktopRig, idle, makeRig } from './rig.ts';

vi.mock('electron', () => import('./electron.ts'));
const { startDesktop } = await import('../../electron/main/desktop.ts');

let rig: DesktopRig;
const until = async (what: string, isTrue: () => boolean): Promise<void> => {
  for (let waited = 0; !isTrue(); waited += 10) {
    if (waited > 30_000) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const windowNamed = (title: string): electron.BrowserWindow | undefined =>
  electron.BrowserWindow.getAllWindows().find((window) => window.options.title === title);
const main = (): electron.BrowserWindow => windowNamed('Orrery') as electron.BrowserWindow;
const quick = (): electron.BrowserWindow | undefined => windowNamed('Orrery quick command');

async function started(): Promise<Page> {
  await rig.start();
  await until('the main window shows', () => windowNamed('Orrery')?.isVisible() === true);
  const page = await main().opened;
  await openWire(page);
  return page;
}

beforeEach(async () => {
  rig = await makeRig(startDesktop);
});
afterEach(async () => {
  await electron.resetElectron();
  rig.remove();
});

describe('the desktop app', () => {
  it('window: opens with our page, every protection on, and the preload’s only trace', async () => {
    const page = await started();
    expect(await page.title()).toBe('Orrery port');
    expect(main().webContents.getURL()).toBe('app://bundle/');
    expect(main().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
    expect(await page.evaluate(() => ['require', 'process', 'module', '__toMain', 'ipcRenderer'].filter((name) => name in window))).toEqual(
      [],
    );
    expect(await page.evaluate(() => JSON.stringify((window as unknown as { orrery: unknown }).orrery))).toBe('{"wire":"port"}');
  });

  it('call: goes over the port and is answered', async () => {
    const page = await started();
    expect(await callRaw(page, '/settings/get')).toEqual({ status: 200, json: JSON.parse(JSON.stringify(defaultSettings)) });
    expect(rig.executed).toContain('settings.get');
  });

  it('start: the window opens before the host is built; what it calls then is answered once the host is there', async () => {
    const built = Promise.withResolvers<void>();
    const starting = rig.start({ until: built.promise });
    await until('the main window shows', () => windowNamed('Orrery')?.isVisible() === true);
    const page = await main().opened;
    await openWire(page);
    const early = callRaw(page, '/settings/get');
    expect(await page.title()).toBe('Orrery port');
    expect(rig.executed).toEqual([]);
    built.resolve();
    await starting;
    expect((await early).status).toBe(200);
    expect(electron.BrowserWindow.getAllWindows().filter((window) => window.options.title === 'Orrery')).toHaveLength(1);
  });

  it('start: a host that cannot be built after the window opened is told in a dialog, and the app ends', async () => {
    const built = Promise.withResolvers<void>();
    const starting = rig.start({ until: built.promise });
    await until('the main window shows', () => windowNamed('Orrery')?.isVisible() === true);
    built.reject(new AppError('disk-full', 'The disk is full.', { hint: 'Make room.' }));
    await starting;
    expect(electron.seen.errors).toEqual([{ title: 'Orrery cannot start', text: 'The disk is full.\n\nMake room.' }]);
    expect(electron.seen.exitCode).toBe(1);
  });

  it('stream: comes in order and ends when the page goes away', async () => {
    const page = await started();
    const readers = rig.settings.readerCount;
    await sendRaw(page, JSON.stringify({ i: 's1', p: { u: '/settings/watch', b: {} } }));
    await until('the stream is open', () => rig.settings.readerCount === readers + 1);
    for (const theme of ['dark', 'light', 'system'] as const) rig.settings.send({ ...defaultSettings, theme });
    const answers = await answersTo(page, 's1', 4);
    expect(answers.slice(1, 4).map((answer) => (answer.p?.d?.json as { theme: string } | undefined)?.theme)).toEqual([
      'dark',
      'light',
      'system',
    ]);
    await page.reload();
    await until('the stream has ended', () => rig.settings.readerCount === readers);
  });

  it('bad input: is refused, and the page goes on', async () => {
    const page = await started();
    expect((await callRaw(page, '/memory/forget', { id: '../../etc/passwd' })).status).toBe(400);
    for (const junk of ['{', '[]', '{"i":"x1","p":{"u":"/memory/forget","b":{"json":{"__proto__":{"polluted":1}}}}}', 'null', '\u0000'])
      await sendRaw(page, junk);
    await sendRaw(page, { i: 'x2', p: { u: '/memory/listTags', b: {} } });
    expect((await callRaw(page, '/settings/get')).status).toBe(200);
    expect(rig.executed.filter((call) => call.startsWith('memory.'))).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('navigation: nothing leaves the app, links go to the person’s browser, windows are not opened', async () => {
    const page = await started();
    await page.evaluate(() => {
      window.location.href = 'https://evil.example/';
    });
    const outcome = await page.evaluate(async () => {
      const attempt = (url: string): Promise<string> =>
        fetch(url).then(
          () => 'fetched',
          () => 'blocked',
        );
      return [await attempt('https://evil.example/x'), await attempt('http://127.0.0.1:1/'), await attempt('file:///etc/passwd')];
    });
    expect(outcome).toEqual(['blocked', 'blocked', 'blocked']);
    expect(main().webContents.getURL()).toBe('app://bundle/');
    await page.evaluate(() => {
      window.open('https://example.org/docs');
      window.open('file:///etc/passwd');
    });
    await until('the link is handed over', () => electron.seen.opened.length > 0);
    expect(electron.seen.opened).toEqual(['https://example.org/docs']);
    await until('the windows it opened are closed', () => page.context().pages().length === electron.BrowserWindow.getAllWindows().length);
    expect(page.context().pages()).toHaveLength(electron.BrowserWindow.getAllWindows().length);
  });

  it('foreign frame: a port from a frame that is not ours is closed, and nothing on it is executed', async () => {
    await started();
    for (const senderFrame of [
      { url: 'https://evil.example/', parent: null },
      { url: 'app://bundle.evil.example/', parent: null },
      { url: 'app://bundle/', parent: {} },
      null,
    ]) {
      const { port1, port2 } = new electron.MessageChannelMain();
      const closed = new Promise((resolve) => port2.on('close', () => resolve(true)));
      electron.ipcMain.emit('orrery:port', { sender: main().webContents, senderFrame, ports: [port1] });
      port2.postMessage(JSON.stringify({ i: '1', p: { u: '/memory/listTags', b: {} } }));
      expect(await closed).toBe(true);
    }
    expect(rig.executed).not.toContain('memory.listTags');
  });

  it('permissions: all are refused but copying, and that only to our own page', async () => {
    await started();
    const ask = (url: string, permission: string): boolean => {
      let granted = false;
      electron.session.defaultSession.permissionRequest?.({ getURL: () => url }, permission, (answer) => {
        granted = answer;
      });
      return granted || electron.session.defaultSession.permissionCheck?.({ getURL: () => url }, permission) === true;
    };
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'hid', 'openExternal', 'fileSystem'])
      expect(ask('app://bundle/', permission)).toBe(false);
    expect(ask('app://bundle/', 'clipboard-sanitized-write')).toBe(true);
    expect(ask('https://evil.example/', 'clipboard-sanitized-write')).toBe(false);
  });

  it('second instance: brings the window back; the second process leaves', async () => {
    await started();
    main().minimize();
    main().blur();
    electron.app.emit('second-instance', {}, [], '/');
    expect([main().isMinimized(), main().isFocused()]).toEqual([false, true]);
    electron.seen.hasLock = false;
    await rig.start();
    expect(electron.seen.exitCode).toBeDefined();
  });

  it('tray: tells what runs and waits, opens the app, and quits it only after the host has closed', async () => {
    await started();
    const tray = electron.trays[0] as electron.Tray;
    rig.status.send({ ...idle, running: 2, waiting: 3 });
    await until('the tray tells', () => tray.menu?.getMenuItemById('running')?.label === '2 running');
    expect(tray.menu?.getMenuItemById('waiting')?.label).toBe('3 waiting for you');
    main().close();
    expect([main().isVisible(), main().isDestroyed()]).toEqual([false, false]);
    tray.menu?.getMenuItemById('open')?.click?.();
    expect(main().isVisible()).toBe(true);
    tray.menu?.getMenuItemById('quit')?.click?.();
    await until('the app ends', () => electron.seen.exitCode !== undefined);
    expect([electron.seen.exitCode, rig.isHostClosed()]).toEqual([0, true]);
  });

  it('tray and menu: hold everything and let it go on, and tell what is queued and due', async () => {
    await started();
    const tray = electron.trays[0] as electron.Tray;
    const item = (id: string): electron.MenuItem | null | undefined => tray.menu?.getMenuItemById(id);
    const at = new Date().setHours(23, 59);
    rig.status.send({ ...idle, running: 2, queued: 5, nextDue: { at, title: 'Digest' } });
    await until('the tray tells', () => item('running')?.label === '2 running, 5 queued');
    expect(item('next')?.label).toBe('Next: Digest, 23:59');
    expect(item('pause')?.label).toBe('Pause everything');
    item('pause')?.click?.();
    await until('it is asked for', () => rig.executed.includes('queue.setPaused'));
    rig.status.send({ ...idle, paused: true });
    await until('the tray tells', () => item('pause')?.label === 'Go on');
    await until('the menu tells', () => electron.Menu.application?.getMenuItemById('queue.pause')?.label === 'Go on');
  });

  it('global shortcut: opens the quick-command window, again or Esc or looking away hides it, settings change it', async () => {
    await started();
    const press = (): void => electron.globalShortcut.held.get(defaultSettings.quickShortcut)?.();
    press();
    await until('the quick window shows', () => quick()?.isVisible() === true);
    expect(quick()?.webContents.getURL()).toBe('app://bundle/quick.html');
    expect(quick()?.options).toMatchObject({ frame: false, alwaysOnTop: true, skipTaskbar: true });
    press();
    expect(quick()?.isVisible()).toBe(false);
    press();
    quick()?.webContents.emit('before-input-event', { preventDefault: () => undefined }, { type: 'keyDown', key: 'Escape' });
    expect(quick()?.isVisible()).toBe(false);
    press();
    quick()?.blur();
    expect(quick()?.isVisible()).toBe(false);
    rig.settings.send({ ...defaultSettings, quickShortcut: 'Alt+Space' });
    await until('the shortcut changed', () => electron.globalShortcut.held.has('Alt+Space'));
    expect([...electron.globalShortcut.held.keys()]).toEqual(['Alt+Space']);
  });

  it('menu: a command reaches the page by its id', async () => {
    const page = await started();
    await sendRaw(page, JSON.stringify({ i: 'w1', p: { u: '/shell/watchRequests', b: {} } }));
    await answersTo(page, 'w1', 1);
    electron.Menu.application?.getMenuItemById('new.chat')?.click?.();
    const answers = await answersTo(page, 'w1', 2);
    expect(answers[1]?.p?.d?.json).toEqual({ type: 'command', id: 'new.chat' });
  });

  it('notification: tells what newly waits and what failed, by name only, and a click leads there', async () => {
    const page = await started();
    main().blur();
    const item = {
      id: 'i1',
      run: 'r1',
      step: 's',
      title: 'Weekly report',
      request: { kind: 'question', question: 'Which one?' },
      createdAt: 1,
      status: 'open',
    };
    rig.inbox.send([item] as unknown as InboxItem[]);
    await until('it is told', () => electron.notifications.length === 1).catch(() => undefined);
    const run = {
      id: 'r2',
      number: 7,
      title: 'Folder digest',
      kind: 'workflow',
      origin: { kind: 'manual', by: 'desktop' },
      status: 'failed',
      startedAt: 1,
      stepsDone: 0,
    };
    rig.runs.send([run] as unknown as RunSummary[]);
    await until('both are told', () => electron.notifications.length === 2);
    expect(electron.notifications.map(({ title, body }) => `${title}: ${body}`)).toEqual([
      'Waiting for you: Weekly report',
      'A run failed: Folder digest · run 7',
    ]);
    electron.notifications[0]?.emit('click');
    await sendRaw(page, JSON.stringify({ i: 'w2', p: { u: '/shell/watchRequests', b: {} } }));
    const answers = await answersTo(page, 'w2', 2);
    expect(answers[1]?.p?.d?.json).toEqual({ type: 'route', route: '/inbox' });
    expect(main().isFocused()).toBe(true);
  });

  it('dialog: gives what the person chose, and null when they close it', async () => {
    const page = await started();
    electron.dialog.next.push('/home/ada/papers', undefined);
    expect((await callRaw(page, '/shell/pickFolder', { title: 'Which folder?' })).json).toBe('/home/ada/papers');
    expect((await callRaw(page, '/shell/pickFolder', { title: 'Which folder?' })).json).toBeNull();
    expect((await callRaw(page, '/shell/openLink', { url: 'javascript:alert(1)' })).status).toBe(400);
    expect((await callRaw(page, '/shell/openLink', { url: 'https://example.org/' })).status).toBe(200);
    expect(electron.seen.opened).toEqual(['https://example.org/']);
  });

  it('proposals: a terminal opens only when the person agrees in a dialog of the system', async () => {
    const page = await started();
    electron.dialog.agrees.push(false);
    const refused = await callRaw(page, '/shell/openTerminal', { cols: 80, rows: 24 });
    expect(JSON.stringify(refused)).toContain('not-confirmed');
    expect(electron.dialog.confirmed.map((each) => each.message)).toEqual(['Open a terminal in this window?']);
    expect((await callRaw(page, '/shell/openTerminal', { cols: 80, rows: 24 })).status).toBe(200);
    // Agreed for as long as the app runs.
    expect((await callRaw(page, '/shell/openTerminal', { cols: 80, rows: 24 })).status).toBe(200);
    expect(electron.dialog.confirmed).toHaveLength(2);
  });

  it('window state: is kept, and not believed when no screen shows it', async () => {
    await started();
    main().setBounds({ x: 200, y: 150, width: 900, height: 700 });
    const file = path.join(rig.dataFolder, 'window.json');
    await until('it is written', () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')).x === 200;
      } catch {
        return false;
      }
    });
    await electron.resetElectron();
    await started();
    expect(main().getNormalBounds()).toEqual({ x: 200, y: 150, width: 900, height: 700 });
    await electron.resetElectron();
    writeFileSync(file, JSON.stringify({ x: 9000, y: 9000, width: 900, height: 700, maximized: false }));
    await started();
    expect(main().options).not.toHaveProperty('x');
    await electron.resetElectron();
    writeFileSync(file, '{"x": "far", "width": 1e9');
    await started();
    expect(main().getNormalBounds()).toMatchObject({ width: 1360, height: 880 });
  });

  it('held data folder: says who holds it in a dialog and ends', async () => {
    await rig.start({ held: '/data is in use by the headless host (process 7).' });
    expect(electron.seen.errors).toEqual([
      { title: 'Orrery is already running', text: '/data is in use by the headless host (process 7).' },
    ]);
    expect([electron.seen.exitCode, electron.BrowserWindow.getAllWindows().length]).toEqual([1, 0]);
  });
});
