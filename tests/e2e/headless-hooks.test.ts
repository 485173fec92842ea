// Webhooks on a real headless host: what starts a run, and what must not. The measure is what ran.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import type { JobId, WorkflowId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import { findChromium } from '../helpers/chromium.ts';
import { graph } from '../helpers/engine-lab.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'orrery-hooks-'));
let host: OpenedHost;
let web: Headless;
let url: URL;
let id: JobId;

const jobs = () => host.runtime.services.jobs;
const started = () => jobs().listPast({ job: id, state: ['started'], limit: 500 }).length;
let before = 0;

async function open(): Promise<void> {
  const opened = await openHost({ kind: 'headless', dataFolder: path.join(folder, 'data'), quiet: true, ...headlessShell });
  if ('holder' in opened) throw new Error(opened.message);
  host = opened.host;
  web = await startHeadless({ host, rendererFolder: path.join(folder, 'page'), port: 0 });
}

beforeAll(async () => {
  mkdirSync(path.join(folder, 'page'));
  writeFileSync(path.join(folder, 'page/index.html'), '<!doctype html><title>Orrery</title>');
  await open();
  const document = graph([{ id: 'h', kind: 'trigger.webhook', config: { method: 'any' } }]);
  host.runtime.services.ports.store.workflows.insert({ ...document, id: 'w' as WorkflowId, revision: 0, createdAt: 1, updatedAt: 1 });
  const job = await jobs().turnOn({ workflow: 'w' as WorkflowId, node: 'h', grant: { tools: [], folders: [] }, inputs: {} });
  id = job.id;
  expect(job.trouble).toBeUndefined();
  url = new URL(jobs().getWebhook(id).url);
});
beforeEach(() => {
  before = started();
});
afterAll(async () => {
  await web?.close();
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}
function call(options: { path?: string; method?: string; headers?: Record<string, string>; body?: string | Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port: url.port,
        path: options.path ?? url.pathname,
        method: options.method ?? 'POST',
        headers: { host: url.host, ...options.headers },
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}
const json = { 'content-type': 'application/json' };
const broughtBy = (answer: Answer): JsonValue | undefined => {
  const { run } = JSON.parse(answer.body) as { run: never };
  return host.runtime.services.ports.store.runs.getDetails(run)?.trigger?.payload;
};

describe('a call with the token', () => {
  it('starts a run and answers with it; nothing secret is handed on', async () => {
    const answer = await call({
      headers: { ...json, cookie: 'a=b', authorization: 'Bearer x', 'x-api-key': 'k', 'x-gitlab-token': 't', 'x-event': 'push' },
      body: '{"n":1}',
      path: `${url.pathname}?q=1&q=2&__proto__=x`,
    });
    expect(answer.status).toBe(202);
    expect(broughtBy(answer)).toEqual({
      method: 'POST',
      query: { q: ['1', '2'] },
      headers: { 'content-type': 'application/json', 'x-event': 'push' },
      body: { n: 1 },
    });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('takes text, forms and no body', async () => {
    expect(broughtBy(await call({ headers: { 'content-type': 'text/plain' }, body: 'words' }))).toMatchObject({ body: 'words' });
    expect(broughtBy(await call({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1&b=%C3%A9' }))).toMatchObject(
      { body: { a: '1', b: 'é' } },
    );
    expect(broughtBy(await call({ method: 'GET' }))).toMatchObject({ method: 'GET', body: null });
  });
});

describe('nothing runs', () => {
  it.each([
    ['a wrong token', () => call({ path: `${url.pathname.slice(0, -1)}${url.pathname.endsWith('A') ? 'B' : 'A'}` }), 404],
    ['no token', () => call({ path: `/hooks/${id}` }), 404],
    ['another job', () => call({ path: url.pathname.replace(id, 'nobody') }), 404],
    ['a job that climbs', () => call({ path: url.pathname.replace('/hooks/', '/hooks/../hooks/x/') }), 404],
    ['another host name (rebinding)', () => call({ headers: { host: `evil.test:${url.port}` } }), 421],
    ['localhost by name', () => call({ headers: { host: `localhost:${url.port}` } }), 421],
    ['another site', () => call({ headers: { origin: 'http://evil.test' } }), 403],
    ['a null origin', () => call({ headers: { origin: 'null' } }), 403],
    ['another site without an origin', () => call({ method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } }), 403],
    ['another port of this machine', () => call({ headers: { origin: 'http://127.0.0.1:1' } }), 403],
    [
      'a preflight',
      () => call({ method: 'OPTIONS', headers: { origin: 'http://evil.test', 'access-control-request-method': 'POST' } }),
      403,
    ],
    ['another method', () => call({ method: 'PUT' }), 405],
    ['JSON that is none', () => call({ headers: json, body: '{"a":' }), 400],
    ['JSON that reaches a prototype', () => call({ headers: json, body: '{"__proto__":{"x":1}}' }), 400],
    ['bytes that are no text', () => call({ headers: { 'content-type': 'text/plain' }, body: Buffer.from([0xff, 0xfe, 0x00]) }), 400],
    ['a picture', () => call({ headers: { 'content-type': 'image/png' }, body: 'x' }), 415],
    ['more than a megabyte', () => call({ headers: json, body: `"${'x'.repeat(1_000_001)}"` }), 413],
  ])('for %s', async (_what, ask, status) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(started()).toBe(before);
  });

  it('for a body without end that says nothing of its length', async () => {
    const socket = connect(Number(url.port), '127.0.0.1');
    let answered = '';
    socket.on('data', (chunk) => {
      answered += chunk;
    });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write(`POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`);
    for (let sent = 0; sent < 30 && !socket.destroyed && answered === ''; sent += 1) {
      socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await closed;
    expect(answered).toMatch(/^HTTP\/1\.1 413 /);
    expect(started()).toBe(before);
  });
});

describe('a page of another site that knows the whole address', () => {
  /** Every way a page has of making the browser ask for something; what each one can tell afterwards. */
  const tryAll = (page: Page, address: string): Promise<string[]> =>
    page.evaluate(async (hook) => {
      const told = (element: HTMLElement, place: 'src' | 'href' | 'data'): Promise<string> =>
        new Promise((resolve) => {
          element.onload = () => resolve('loaded');
          element.onerror = () => resolve('error');
          element.setAttribute(place, hook);
          document.body.append(element);
          setTimeout(() => resolve('silent'), 1500);
        });
      const make = (name: string, more: Record<string, string> = {}): HTMLElement => Object.assign(document.createElement(name), more);
      const fetched = (init: RequestInit): Promise<string> =>
        fetch(hook, init).then(
          (response) => `${response.type} ${response.status}`,
          () => 'blocked',
        );
      return [
        await told(make('img'), 'src'),
        await told(make('script'), 'src'),
        await told(make('link', { rel: 'stylesheet' }), 'href'),
        await told(make('iframe'), 'src'),
        await told(make('object'), 'data'),
        await fetched({}),
        await fetched({ mode: 'no-cors' }),
        await fetched({ method: 'POST', mode: 'no-cors', body: 'x' }),
        await fetched({ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
        await fetched({ mode: 'no-cors', credentials: 'include', referrerPolicy: 'unsafe-url' }),
        String(navigator.sendBeacon(hook, 'x')),
      ];
    }, address);

  it('starts nothing in a real browser, and cannot tell a hook that is there from one that is not', async () => {
    const evil = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<body>evil'));
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const { port } = evil.address() as AddressInfo;
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: ['--no-sandbox', '--host-resolver-rules=MAP *.evil.test 127.0.0.1'],
    });
    try {
      const page = await browser.newPage();
      for (const base of [`http://a.evil.test:${port}/`, `http://127.0.0.1:${port}/`]) {
        await page.goto(base);
        const there = await tryAll(page, url.href);
        const other = await tryAll(page, url.href.replace(id, 'nobody'));
        expect(there, base).toEqual(other);
        const link = page.waitForResponse((response) => response.url() === url.href);
        await page.evaluate((hook) => {
          window.location.href = hook;
        }, url.href);
        expect((await link).status()).toBe(403);
        await page.waitForURL(url.href);
      }
      // Its own name bound to this machine: the browser holds it for the same site.
      const rebound = await page.goto(`http://b.evil.test:${url.port}${url.pathname}`);
      expect(rebound?.status()).toBe(421);
      expect(started()).toBe(before);
    } finally {
      await browser.close();
      await new Promise((resolve) => evil.close(resolve));
    }
  }, 120_000);
});

it('the old address is void after it was renewed, and the new one holds over a restart of the host', async () => {
  const old = url.pathname;
  url = new URL(jobs().renewWebhook(id).url);
  expect((await call({ path: old })).status).toBe(404);
  expect(started()).toBe(before);
  await web.close();
  await host.close();
  await open();
  url.port = String(web.port);
  expect(jobs().getWebhook(id).url).toBe(url.href);
  expect((await call()).status).toBe(202);
});

it('a job that is off, or removed, has no hook; turned on again it has the same', async () => {
  jobs().turnOff(id);
  expect((await call()).status).toBe(404);
  expect(started()).toBe(before);
  await jobs().turnOn({ workflow: 'w' as WorkflowId, node: 'h', grant: { tools: [], folders: [] }, inputs: {} });
  expect((await call()).status).toBe(202);
});

it('answers nothing to HEAD, and to a method that a header names', async () => {
  expect((await call({ method: 'HEAD' })).status).toBe(405);
  expect((await call({ method: 'DELETE', headers: { 'x-http-method-override': 'POST' } })).status).toBe(405);
  expect(started()).toBe(before);
});

it('who has a wrong token is answered before its body is read, however long and slow it is', async () => {
  const wrong = `${url.pathname.slice(0, -1)}${url.pathname.endsWith('A') ? 'B' : 'A'}`;
  const socket = connect(Number(url.port), '127.0.0.1');
  let answered = '';
  socket.on('data', (chunk) => {
    answered += chunk;
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => undefined);
  // As much as is taken is announced, a few bytes are sent, and no more ever comes: only an answer that waits for none of it can come.
  socket.write(`POST ${wrong} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: text/plain\r\nContent-Length: 900000\r\n\r\nslow`);
  await closed;
  expect(answered).toMatch(/^HTTP\/1\.1 404 /);
  expect(started()).toBe(before);
});

it('wrong tokens use up no turn of the hook that they are tried on, and have a limit of their own', async () => {
  const wrong = `${url.pathname.slice(0, -1)}${url.pathname.endsWith('A') ? 'B' : 'A'}`;
  const answers = await Promise.all(Array.from({ length: 90 }, () => call({ path: wrong })));
  expect([...new Set(answers.map((answer) => answer.status))].sort()).toEqual([404, 429]);
  expect((await call()).status).toBe(202);
  expect(started()).toBe(before + 1);
});

it('a hook that is called too often with its token is slowed down', async () => {
  const answers = await Promise.all(Array.from({ length: 80 }, () => call()));
  expect([...new Set(answers.map((answer) => answer.status))].sort()).toEqual([202, 429]);
});
