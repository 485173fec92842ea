// The scenarios of tests/electron-stand-in under the real Electron, driven by Playwright, where its binary is. Where it is not,
// each is reported as skipped by its name, with the reason.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/built.ts';
import { defaultSettings } from '../../shared/model/settings.ts';
import { answersTo, callRaw, openWire, sendRaw } from '../electron-stand-in/raw-wire.ts';

const root = path.resolve(import.meta.dirname, '../..');

function findElectron(): { binary: string } | { reason: string } {
  const folder = path.join(root, 'node_modules/electron');
  const named = path.join(folder, 'path.txt');
  if (!existsSync(named)) return { reason: 'Electron’s binary is not on this machine (node_modules/electron/path.txt is missing)' };
  const binary = path.join(folder, 'dist', readFileSync(named, 'utf8').trim());
  if (!existsSync(binary)) return { reason: `Electron’s binary is not at ${binary}` };
  if (process.platform === 'linux' && process.env.DISPLAY === undefined && process.env.WAYLAND_DISPLAY === undefined)
    return { reason: 'there is no display here (run under xvfb-run)' };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'Electron keeps its sandbox on and does not run as root' };
  return { binary };
}
const electron = findElectron();
const scenario = 'reason' in electron ? skipped(electron.reason) : it;

function skipped(reason: string): (name: string, run: () => Promise<void>) => void {
  return (name, run) => {
    console.log(`skipped under the real Electron: ${name} – ${reason}`);
    it.skip(name, run);
  };
}

let app: ElectronApplication | undefined;
let dataFolder = '';

const launch = (data: string): Promise<ElectronApplication> =>
  _electron.launch({
    executablePath: 'binary' in electron ? electron.binary : '',
    args: [root],
    env: { ...process.env, ORRERY_DATA: data } as Record<string, string>,
  });

async function started(): Promise<{ desktop: ElectronApplication; page: Page }> {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'orrery-electron-'));
  app = await launch(dataFolder);
  const page = await app.firstWindow();
  await page.waitForLoadState('load');
  await openWire(page);
  return { desktop: app, page };
}

beforeAll(async () => {
  if ('binary' in electron) ensureBuilt({ only: ['out/main', 'out/renderer'] });
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  if (dataFolder !== '') rmSync(dataFolder, { recursive: true, force: true });
  dataFolder = '';
});

describe('the desktop app under the real Electron', () => {
  scenario('window: opens with our page, every protection on, and the preload’s only trace', async () => {
    const { desktop, page } = await started();
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    const preferences = await desktop.evaluate(({ webContents }) =>
      (webContents.getAllWebContents()[0] as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences(),
    );
    expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true });
    expect(await page.evaluate(() => ['require', 'process', 'module', 'ipcRenderer'].filter((name) => name in window))).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify((window as unknown as { orrery: unknown }).orrery))).toBe('{"wire":"port"}');
  });

  scenario('call: goes over the port and is answered', async () => {
    const { page } = await started();
    expect(await callRaw(page, '/settings/get')).toMatchObject({ status: 200, json: { theme: 'system' } });
  });

  scenario('stream: comes in order and goes on after a reload', async () => {
    const { page } = await started();
    for (const id of ['s1', 's2']) {
      await sendRaw(page, JSON.stringify({ i: id, p: { u: '/settings/watch', b: {} } }));
      await answersTo(page, id, 2);
      await callRaw(page, '/settings/change', { theme: id === 's1' ? 'dark' : 'light' });
      const answers = await answersTo(page, id, 3);
      expect((answers[2]?.p?.d?.json as { theme?: string } | undefined)?.theme).toBe(id === 's1' ? 'dark' : 'light');
      await page.reload();
      await openWire(page);
    }
  });

  scenario('bad input: is refused, and the page goes on', async () => {
    const { page } = await started();
    expect((await callRaw(page, '/memory/forget', { id: '../../etc/passwd' })).status).toBe(400);
    for (const junk of ['{', '[]', 'null', '{"i":"x1","p":{"u":"/memory/forget","b":{"json":{"__proto__":{"polluted":1}}}}}'])
      await sendRaw(page, junk);
    expect((await callRaw(page, '/settings/get')).status).toBe(200);
  });

  scenario('navigation: nothing leaves the app, and windows are not opened', async () => {
    const { desktop, page } = await started();
    await desktop.evaluate(({ shell }) => {
      Object.assign(globalThis, { handedOver: [] as string[] });
      shell.openExternal = async (url: string) => void (globalThis as unknown as { handedOver: string[] }).handedOver.push(url);
    });
    await page.evaluate(() => {
      window.location.href = 'https://evil.example/';
    });
    expect(
      await page.evaluate(() =>
        fetch('https://evil.example/x').then(
          () => 'fetched',
          () => 'blocked',
        ),
      ),
    ).toBe('blocked');
    await page.evaluate(() => {
      window.open('https://example.org/docs');
      window.open('file:///etc/passwd');
    });
    await expect
      .poll(() => desktop.evaluate(() => (globalThis as unknown as { handedOver: string[] }).handedOver))
      .toEqual(['https://example.org/docs']);
    expect(page.url()).toMatch(/^app:\/\/bundle\//);
    expect(desktop.windows()).toHaveLength(1);
  });

  scenario('second instance: leaves, and the first comes to the front', async () => {
    const { desktop } = await started();
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    const second = await launch(dataFolder).catch(() => undefined);
    await second?.close().catch(() => undefined);
    await expect.poll(() => desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(false);
  });

  scenario('global shortcut: is held', async () => {
    const { desktop } = await started();
    const isHeld = (): Promise<boolean> =>
      desktop.evaluate(({ globalShortcut }, keys) => globalShortcut.isRegistered(keys), defaultSettings.quickShortcut);
    await expect.poll(isHeld).toBe(true);
  });

  scenario('menu: a command reaches the page by its id', async () => {
    const { desktop, page } = await started();
    await sendRaw(page, JSON.stringify({ i: 'w1', p: { u: '/shell/watchRequests', b: {} } }));
    await answersTo(page, 'w1', 1);
    await desktop.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.theme')?.click());
    const answers = await answersTo(page, 'w1', 2);
    expect(answers[1]?.p?.d?.json).toEqual({ type: 'command', id: 'view.theme' });
  });

  scenario('window state: is kept', async () => {
    const { desktop } = await started();
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ width: 900, height: 700 }));
    await expect
      .poll(() => (existsSync(path.join(dataFolder, 'window.json')) ? readFileSync(path.join(dataFolder, 'window.json'), 'utf8') : ''))
      .toContain('"width":900');
  });
});
