// What a hostile page can do to the headless host, in a real browser: rebinding, requests across sites, WebSockets from
// elsewhere, other spellings of the address. The measure is what the host executed: nothing. What programs can do is in
// headless-programs.test.ts.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Headless } from '../../electron/headless/index.ts';
import { findChromium } from '../helpers/chromium.ts';
import { type HeadlessRig, oneCall, openHeadlessRig } from '../helpers/headless-rig.ts';

let rig: HeadlessRig;
let host: Headless;
let executed: string[];
let evil: Server;
let evilPort: number;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  rig = await openHeadlessRig();
  ({ host, executed } = rig);
  evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<h1>evil</h1>'));
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  evilPort = (evil.address() as AddressInfo).port;
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.evil.test 127.0.0.1, MAP evil.test 127.0.0.1'],
  });
  context = await browser.newContext();
  // The person uses Orrery in this very browser: its session cookie is there for whoever can make the browser send it.
  const own = await context.newPage();
  await own.goto(host.address);
});
afterAll(async () => {
  await browser?.close();
  await rig?.close();
  await new Promise((resolve) => evil.close(resolve));
});
beforeEach(() => {
  executed.length = 0;
});

/** Opens a WebSocket in the page, sends a call, and tells what came of it. */
const trySocket = (page: Page, address: string, protocols?: string[]): Promise<string> =>
  page.evaluate(
    ([url, message, protocol]) =>
      new Promise<string>((resolve) => {
        let socket: globalThis.WebSocket;
        try {
          socket = protocol === undefined ? new WebSocket(url) : new WebSocket(url, protocol);
        } catch (error) {
          resolve(`threw ${String(error)}`);
          return;
        }
        socket.onopen = () => socket.send(message);
        socket.onmessage = (event) => resolve(`answered ${String(event.data)}`);
        socket.onerror = () => resolve('refused');
        setTimeout(() => resolve('silent'), 5_000);
      }),
    [address, oneCall, protocols] as const,
  );

describe('the person’s own page', () => {
  it('gets in by the printed address, which then carries no token, and the wire answers', async () => {
    const page = await context.newPage();
    await page.goto(host.address);
    expect(page.url()).toBe(`${host.origin}/`);
    expect(await page.title()).toBe('loaded');
    expect(await page.evaluate(() => document.cookie)).toBe('');
    const key = await page.evaluate(() => localStorage.getItem('orrery.page-key'));
    const wire = `ws://127.0.0.1:${host.port}/wire`;
    expect(await trySocket(page, wire)).toBe('refused');
    expect(await trySocket(page, wire, ['orrery', `orrery-key.${'A'.repeat(43)}`])).toBe('refused');
    expect(executed).toEqual([]);
    expect(await trySocket(page, wire, ['orrery', `orrery-key.${key}`])).toMatch(/^answered/);
    expect(executed).toEqual(['memory.listTags']);
    await page.reload();
    expect(await page.title()).toBe('loaded');
    await page.close();
  });

  it('is held to its policy: no inline script runs, and nothing outside is loaded', async () => {
    const page = await context.newPage();
    await page.goto(`${host.origin}/`);
    const seen = await page.evaluate(async (port) => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const outcome = await fetch(`http://127.0.0.1:${port}/`, { mode: 'no-cors' }).then(
        () => 'fetched',
        () => 'blocked',
      );
      return { ran: 'ran' in window, outcome };
    }, evilPort);
    expect(seen).toEqual({ ran: false, outcome: 'blocked' });
    await page.close();
  });
});

describe('a hostile page in the same browser', () => {
  it('executes nothing by posting, by forms, by fetching, or by WebSocket, under any spelling of the address', async () => {
    const page = await context.newPage();
    await page.goto(`http://evil.test:${evilPort}/`);
    const spellings = [
      '127.0.0.1',
      'localhost',
      '0.0.0.0',
      '[::1]',
      '127.1',
      '2130706433',
      '127.0.0.1.',
      '[::ffff:127.0.0.1]',
      'me.evil.test',
    ];
    for (const name of spellings) {
      const base = `${name}:${host.port}`;
      expect(await trySocket(page, `ws://${base}/wire`), base).toMatch(/^(refused|silent)$/);
      expect(await trySocket(page, `ws://${base}/wire`, ['orrery']), base).toMatch(/^(refused|silent)$/);
      const read = await page.evaluate(
        async ([url, body]) => {
          const attempt = (made: Promise<Response>): Promise<string> =>
            made.then(
              (response) => response.text(),
              () => 'blocked',
            );
          return [
            await attempt(fetch(`http://${url}/`)),
            await attempt(
              fetch(`http://${url}/wire`, {
                method: 'POST',
                mode: 'no-cors',
                headers: { 'content-type': 'text/plain' },
                body: body as string,
              }),
            ),
            await attempt(
              fetch(`http://${url}/memory/listTags`, { method: 'POST', credentials: 'include', mode: 'no-cors', body: body as string }),
            ),
            await attempt(
              fetch(`http://${url}/wire`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body as string }),
            ),
          ];
        },
        [base, oneCall] as const,
      );
      // What mode `no-cors` sends comes back opaque and empty; nothing may be readable.
      expect(
        read.every((text) => text === 'blocked' || text === ''),
        `${base} ${read}`,
      ).toBe(true);
    }
    expect(executed).toEqual([]);
    await page.close();
  }, 180_000);

  it('executes nothing by a form that navigates, nor by a link, nor in a frame', async () => {
    const page = await context.newPage();
    await page.goto(`http://evil.test:${evilPort}/`);
    const answered = page.waitForResponse((response) => response.url().startsWith(host.origin));
    await page.evaluate((url) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.enctype = 'text/plain';
      form.action = `${url}/wire`;
      const field = document.createElement('input');
      field.name = '{"i":"1","p":{"u":"/memory/listTags","b":{}},"x":"';
      field.value = '"}';
      form.append(field);
      document.body.append(form);
      form.submit();
    }, host.origin);
    expect((await answered).status()).toBe(403);
    await page.waitForURL(`${host.origin}/wire`);
    await page.goto(`http://evil.test:${evilPort}/`);
    const linked = page.waitForResponse((response) => response.url().startsWith(host.origin));
    await page.evaluate((url) => {
      window.location.href = `${url}/`;
    }, host.origin);
    expect((await linked).status()).toBe(403);
    await page.waitForURL(`${host.origin}/`);
    await page.goto(`http://evil.test:${evilPort}/`);
    const framed = page.waitForResponse((response) => response.url().startsWith(host.origin));
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = `${url}/`;
      document.body.append(frame);
    }, host.origin);
    expect((await framed).status()).toBe(403);
    expect(executed).toEqual([]);
    await page.close();
  });

  it('executes nothing after rebinding its own name to this machine', async () => {
    const page = await context.newPage();
    const response = await page.goto(`http://rebind.evil.test:${host.port}/`);
    expect(response?.status()).toBe(421);
    const outcome = await page.evaluate(async () => (await fetch('/session')).status).catch(() => 0);
    expect(outcome).not.toBe(204);
    expect(await trySocket(page, `ws://rebind.evil.test:${host.port}/wire`)).toBe('refused');
    const withToken = await page.goto(`http://rebind.evil.test:${host.port}/?token=${host.token}`);
    expect(withToken?.status()).toBe(421);
    expect(executed).toEqual([]);
    await page.close();
  });

  it('served from another port of this very address executes nothing, though the browser calls it the same site', async () => {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${evilPort}/`);
    expect(await trySocket(page, `ws://127.0.0.1:${host.port}/wire`)).toBe('refused');
    const read = await page.evaluate(
      (url) =>
        fetch(`${url}/`, { credentials: 'include' }).then(
          (response) => response.text(),
          () => 'blocked',
        ),
      host.origin,
    );
    expect(read).toBe('blocked');
    expect(executed).toEqual([]);
    await page.close();
  });
});
