// A browser that counts which payloads ran. `hit(N)` is there in every frame, and told through the debugger, which no page policy holds
// back. What would leave the page is kept from it here, so that a batch stays whole; leaving is tried by the channels.

import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface Watched {
  context: BrowserContext;
  page: Page;
  ran: Set<number>;
}

/** In the page. A tagged template gives its text as an array. */
function install(): void {
  const told = new Set<number>();
  const scope = globalThis as unknown as { hit: (id: unknown) => void; tellHit(id: number): void };
  scope.hit = (id) => {
    const number = Number(Array.isArray(id) ? id[0] : id);
    if (told.has(number)) return;
    told.add(number);
    scope.tellHit(number);
  };
}

function stay(): void {
  const bar = (globalThis as unknown as { navigation?: EventTarget }).navigation;
  bar?.addEventListener('navigate', (event) => {
    const { destination, cancelable, hashChange } = event as unknown as {
      destination: { url: string };
      cancelable: boolean;
      hashChange: boolean;
    };
    if (cancelable && !hashChange && !destination.url.startsWith('javascript:')) event.preventDefault();
  });
}

export async function watchedPage(browser: Browser, address: string, options: { mayLeave?: boolean } = {}): Promise<Watched> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const ran = new Set<number>();
  await context.exposeBinding('tellHit', (_source, id: number) => void ran.add(id));
  await context.addInitScript(install);
  if (options.mayLeave !== true) await context.addInitScript(stay);
  const page = await context.newPage();
  context.on('page', (popup) => void (popup !== page && popup.close().catch(() => undefined)));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  await page.goto(address);
  return { context, page, ran };
}

/** In the page: does to every element what a person could, and more. */
export function poke(selector: string): void {
  const events =
    'error load focus toggle mouseover pointerenter mouseenter animationstart begin start wheel paste copy input change keydown scroll beforetoggle transitionend transitionrun play loadstart auxclick contentvisibilityautostatechange resize pageshow hashchange invalid cuechange focusin cancel close securitypolicyviolation'.split(
      ' ',
    );
  for (const element of document.querySelectorAll(`${selector} *`)) {
    for (const name of events) element.dispatchEvent(new Event(name, { bubbles: false, cancelable: true }));
    // The renderer's own: a link asks first, and copying is no matter here.
    if (element.matches('.md-link, .md-code-head button')) continue;
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  }
}

/** In the page: puts HTML in as a renderer without any care would, scripts and second readings included. */
export function putRaw(htmls: readonly string[]): void {
  const place = document.createElement('div');
  place.id = 'raw';
  document.getElementById('raw')?.remove();
  document.body.append(place);
  for (const html of htmls) {
    const one = document.createElement('div');
    place.append(one);
    one.innerHTML = html;
    for (const script of one.querySelectorAll('script')) {
      const again = document.createElement('script');
      for (const { name, value } of script.attributes) {
        try {
          again.setAttribute(name, value);
        } catch {
          // A name that only a parser can make.
        }
      }
      again.textContent = script.textContent;
      script.replaceWith(again);
    }
    // What was read, written and read again: where parsers disagree with themselves.
    const second = document.createElement('div');
    place.append(second);
    second.innerHTML = one.innerHTML;
  }
}
