// A built headless host with demo data (or none) and a browser page on it.

import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { sha256 } from '../../electron/adapters/hash.ts';
import { type Attached, attachToHost, localSocketPath } from '../../electron/wires/attach.ts';
import { findChromium } from './chromium.ts';
import { type Demo, demoPassphrase, seedDemo } from './demo-data.ts';
import { passHours, seedQueue } from './demo-jobs.ts';
import { askedOf, beginSending } from './demo-left.ts';
import { knock, seedSafety } from './demo-safety.ts';
import { type HeadlessHost, removeFolder, startHost, temporaryFolder } from './headless-host.ts';

export const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: findChromium(), args: browserArgs });

/** The same contract that the page uses, over the host's local socket. */
export const attach = (host: Pick<HeadlessHost, 'dataFolder'>): Promise<Attached> =>
  attachToHost(localSocketPath(host.dataFolder, sha256(host.dataFolder), process.platform, tmpdir()), 60_000);

export interface DemoHost {
  host: HeadlessHost;
  /** The person's own folder there; the host's data lies in it, as it does for people. */
  home: string;
  demo: Demo | undefined;
  attached: Attached;
  close(): Promise<void>;
}

const nightHours = 9;

/** `safety`: grants, approvals, changes and secrets of every kind too, which takes some seconds more. */
export async function startDemoHost(kind: 'usual' | 'empty', options: { safety?: boolean } = {}): Promise<DemoHost> {
  const folder = temporaryFolder('demo');
  // A home of its own: pictures must not show what is on the machine that makes them.
  const home = path.join(folder, 'home');
  mkdirSync(path.join(home, '.config'), { recursive: true });
  const start = () =>
    startHost({
      dataFolder: path.join(home, '.config/orrery'),
      env: { HOME: home, PATH: '/usr/local/bin:/usr/bin:/bin', PS1: '$ ' },
    });
  /** A host that nobody can talk to is not left behind. */
  const attachOrEnd = (to: HeadlessHost): Promise<Attached> =>
    attach(to).catch(async (error: unknown) => {
      await to.kill('SIGKILL');
      throw error;
    });
  let host = await start();
  let attached = await attachOrEnd(host);
  const demo = kind === 'usual' ? await seedDemo(attached.client, home) : undefined;
  if (demo !== undefined) {
    // A night in which nothing ran, so that there is something that was missed, and a step that was cut off in its middle.
    const cut = options.safety === true ? await beginSending(attached.client) : undefined;
    attached.close();
    await host.kill(cut === undefined ? 'SIGTERM' : 'SIGKILL');
    passHours(path.join(host.dataFolder, 'orrery.db'), demo.jobs.hourly, nightHours);
    host = await start();
    attached = await attachOrEnd(host);
    if ((await attached.client.vault.getStatus()).protection === 'passphrase')
      await attached.client.vault.unlock({ passphrase: demoPassphrase });
    await seedQueue(attached.client);
    if (cut !== undefined) demo.inbox.unknown = (await askedOf(attached.client, cut)).id;
  }
  let leave = async (): Promise<void> => undefined;
  if (demo !== undefined && options.safety === true) {
    const seeded = await seedSafety(attached.client, home, demo.notes);
    demo.safety = seeded.safety;
    leave = seeded.leave;
    await knock(host.origin);
  }
  return {
    host,
    home,
    demo,
    attached,
    async close() {
      await leave();
      attached.close();
      await host.kill();
      await demo?.ollama.close();
      removeFolder(folder);
    },
  };
}

export interface View {
  context: BrowserContext;
  page: Page;
  /** Errors the page wrote to its console, and its failed requests. */
  problems: string[];
  go(route: string): Promise<void>;
}

/** A page that has used its token and shows the app. */
export async function openView(
  browser: Browser,
  host: HeadlessHost,
  options: { theme?: 'light' | 'dark'; width?: number; height?: number; scale?: number } = {},
): Promise<View> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    deviceScaleFactor: options.scale ?? 1,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(host.address);
  return {
    context,
    page,
    problems,
    async go(route) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, route);
      await page.waitForLoadState('networkidle').catch(() => undefined);
    },
  };
}
