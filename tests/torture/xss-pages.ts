// Visits every page of the built app on the hostile host, under the app's own page policy, opens what can be opened, and says which
// payloads were on the screen, whether one ran, and whether anything was asked for elsewhere.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { watchedPage } from './xss-browser.ts';
import type { Payload } from './xss-grid.ts';
import { openHostileWorld, type Take } from './xss-world.ts';

export interface PageOutcome {
  placed: number;
  visited: number;
  /** Different payloads that stood on some page as text. */
  shown: number;
  ran: number;
  requests: number;
}

/** Their numbers begin here, so that they are not taken for those of the other tries. */
export const firstOfPages = 1_000_000;

function taker(payloads: readonly Payload[]): { take: Take; placed: Set<number> } {
  const sorted = payloads.map((payload) => ({ id: payload.id, text: payload.html })).sort((a, b) => a.text.length - b.text.length);
  const used = new Map<number, number>();
  const placed = new Set<number>();
  return {
    placed,
    take(most) {
      const fitting = sorted.filter(({ text }) => text.length <= most);
      const chosen = fitting.reduce(
        (best, each) => ((used.get(each.id) ?? 0) <= (used.get(best.id) ?? 0) ? each : best),
        fitting[0] ?? { id: 0, text: '<b onclick=hit(0)>' },
      );
      used.set(chosen.id, (used.get(chosen.id) ?? 0) + 1);
      placed.add(chosen.id);
      return chosen.text;
    },
  };
}

/** In the page: rows and details; never what sends, removes or answers. */
function openRows(): void {
  for (const each of document.querySelectorAll<HTMLElement>('main summary, main [aria-expanded="false"]:not([aria-haspopup])'))
    each.click();
}

/** In the page: the tab at this place is opened, if there is one. */
function openTab(index: number): boolean {
  const tab = document.querySelectorAll<HTMLElement>('main [role="tab"], [data-inspector] [role="tab"]')[index];
  tab?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
  tab?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
  tab?.click();
  return tab !== undefined;
}

async function openThings(page: Page, note: () => Promise<void>, hasTabs: boolean): Promise<void> {
  await page.evaluate(openRows);
  await sleep(60);
  for (let index = 0; hasTabs && index < 8 && (await page.evaluate(openTab, index)); index += 1) {
    await sleep(80);
    await page.evaluate(openRows);
    await sleep(40);
    await note();
  }
}

/** One route of each kind, the newest: it has most on it. */
const oneOfEach = (routes: readonly string[]): string[] => [...new Map(routes.map((route) => [route.split('/')[1], route])).values()];

/** `brief` visits one page of each kind. */
export async function tryPages(
  browser: Browser,
  payloads: readonly Payload[],
  { say, isBrief }: { say: (line: string) => void; isBrief: boolean },
): Promise<PageOutcome> {
  const { take, placed } = taker(payloads);
  const world = await openHostileWorld(take, say);
  try {
    const { context, page, ran } = await watchedPage(browser, world.host.address);
    const strays: string[] = [];
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== world.host.origin) strays.push(request.url());
    });
    const shown = new Set<number>();
    const known = /hit[(`](\d{7})/g;
    const note = async (): Promise<void> => {
      const text = await page.evaluate(
        () =>
          `${document.body.innerText}\n${[...document.querySelectorAll('input, textarea')].map((each) => (each as HTMLInputElement).value).join('\n')}\n${document.title}`,
      );
      for (const [, id] of text.matchAll(known)) shown.add(Number(id));
    };
    const visit = async (route: string, more?: () => Promise<void>): Promise<void> => {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, route);
      await page
        .waitForFunction(() => document.querySelector('main [aria-busy="true"]:not([role="log"]), main .late') === null, undefined, {
          timeout: 3_000,
        })
        .catch(() => undefined);
      await sleep(120);
      await note();
      await more?.();
      // Some pages have a route for each of their tabs.
      await openThings(page, note, !/^\/(tools|security|settings)\b/.test(route));
      await note();
      // Everything but clicks: a click of the person's own would send, remove and leave.
      await page.evaluate(stir);
    };
    await page.getByRole('region', { name: 'Status' }).waitFor({ timeout: 30_000 });
    const routes = isBrief ? oneOfEach(world.routes) : world.routes;
    for (const route of routes)
      await visit(route, async () => {
        if (route.startsWith('/workflows/')) await openNodes(page, note);
      });
    await visit('/terminal', async () => {
      await page.locator('.term-screen .xterm-rows').waitFor({ timeout: 5_000 });
      await page.keyboard.type(`cat '${world.forTerminal}'\n`);
      await sleep(700);
    });
    await page.keyboard.press('Escape');
    await context.close();
    if (strays.length > 0) say(`Asked for elsewhere: ${strays.slice(0, 5).join(', ')}`);
    if (ran.size > 0) say(`Ran on a page: ${[...ran].slice(0, 5).join(', ')}`);
    return { placed: placed.size, visited: routes.length + 1, shown: shown.size, ran: ran.size, requests: strays.length };
  } finally {
    await world.close();
  }
}

/** In the page: every event that may come by itself, on everything. */
function stir(): void {
  const events = 'error load focus toggle mouseover pointerenter mouseenter animationstart begin transitionend beforetoggle scroll'.split(
    ' ',
  );
  for (const element of document.querySelectorAll('main *, [role="dialog"] *'))
    for (const name of events) element.dispatchEvent(new Event(name, { bubbles: false, cancelable: true }));
}

async function openNodes(page: Page, note: () => Promise<void>): Promise<void> {
  await page
    .locator('.react-flow__node')
    .first()
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined);
  for (const id of ['n1', 'n2', 'n3', 'n4']) {
    await page.evaluate((node) => {
      const found = document.querySelector(`.react-flow__node[data-id="${node}"]`);
      for (const name of ['click', 'dblclick']) found?.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, detail: 2 }));
    }, id);
    await sleep(120);
    await note();
  }
}
