// What is asked of any page of the app: what axe finds, how it is laid out, whether it jumps, and what the Tab key reaches.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe finds serious or critical, one line each. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The page's CSP allows no script from elsewhere; what the debugger evaluates is not under it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async () =>
      (
        await (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe.run({
          resultTypes: ['violations'],
        })
      ).violations as Violation[],
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')} (${nodes[0]?.failureSummary.split('\n').slice(0, 2).join(' ')})`,
    );
}

/** The page's own words on its layout: landmarks, headings, overflow. */
export const layoutOf = (page: Page) =>
  page.evaluate(() => ({
    mains: document.querySelectorAll('main').length,
    h1: document.querySelectorAll('h1').length,
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    title: document.title,
    // A row that stands there twice.
    twice: [...document.querySelectorAll('a[data-row]')]
      .map((row) => row.getAttribute('href') ?? '')
      .filter((href, at, all) => all.indexOf(href) !== at),
  }));

/** What is too wide for the window, or nothing. What measures itself gets some frames after the window has changed. */
export const tooWide = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const look = (): string => {
      if (document.documentElement.scrollWidth > window.innerWidth) return 'the document';
      const main = document.querySelector('main');
      return main !== null && main.scrollWidth > main.clientWidth + 1 ? 'main' : '';
    };
    for (let frame = 0; frame < 90; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      if (frame > 1 && look() === '') return '';
    }
    return look();
  });

/** From the next load on. */
export const watchViolations = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    const kept: string[] = [];
    Object.assign(globalThis, { cspViolations: kept });
    document.addEventListener('securitypolicyviolation', (event) => kept.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
export const violationsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { cspViolations: string[] }).cspViolations);

/** From the next load on. */
export const watchJumps = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    const seen = { sum: 0, what: [] as string[] };
    Object.assign(globalThis, { layoutShift: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as {
        value: number;
        hadRecentInput: boolean;
        sources: { node?: Element; previousRect: DOMRect; currentRect: DOMRect }[];
      }[]) {
        if (entry.hadRecentInput) continue;
        seen.sum += entry.value;
        seen.what.push(
          `${entry.value.toFixed(3)} ${entry.sources.map(({ node, previousRect, currentRect }) => `${previousRect.y}→${currentRect.y} ${node?.textContent?.slice(0, 60)}`).join(' | ')}`,
        );
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
/** `sum` as in Cumulative Layout Shift. */
export const jumpsOf = (page: Page): Promise<{ sum: number; what: string[] }> =>
  page.evaluate(() => (globalThis as unknown as { layoutShift: { sum: number; what: string[] } }).layoutShift);

const focusable =
  'a[href], button, input, select, textarea, summary, [tabindex], [contenteditable="true"], [role="tab"], [role="switch"], [role="checkbox"]';

/** Numbers each element that can be used and gives their names; a roving group (tabs, radios) counts once, as the keyboard sees it. */
const numberStops = (page: Page): Promise<string[]> =>
  page.evaluate((selector) => {
    const seen: HTMLElement[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (
        element.tabIndex < 0 ||
        style.visibility === 'hidden' ||
        style.display === 'none' ||
        element.matches(':disabled, [inert] *, [aria-hidden="true"], [aria-hidden="true"] *')
      )
        continue;
      if (box.width === 0 || box.height === 0) continue;
      element.dataset.tabTest = String(seen.length);
      seen.push(element);
    }
    return seen.map((element) => element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? element.tagName);
  }, focusable);

/** Where the focus is: its number, its name, and whether it can be seen that it is there. */
const stopNow = (page: Page): Promise<{ id: string | undefined; name: string; shows: boolean } | undefined> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    const looks = (target: Element): string => {
      const style = getComputedStyle(target);
      return `${style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0} ${style.boxShadow} ${style.borderColor} ${style.backgroundColor}`;
    };
    const frame = element.closest('.chat-composer, .wf-name') ?? element;
    // A row's button has its ring around the whole row.
    const outlined = (target: Element): boolean =>
      [undefined, '::after'].some((part) => {
        const style = getComputedStyle(target, part);
        return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
      });
    const focused = looks(frame);
    const hasRing = outlined(element) || outlined(frame);
    element.blur();
    const changed = looks(frame) !== focused;
    element.focus();
    return {
      id: element.dataset.tabTest,
      name: element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? '',
      shows: hasRing || changed,
    };
  });

/** Once around the page with Tab. `reached`: the numbers in the order they came; `bare`: those whose focus cannot be seen. */
export async function tabAround(page: Page): Promise<{ wanted: string[]; reached: number[]; bare: string[] }> {
  const wanted = await numberStops(page);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.mouse.click(1, 1);
  const reached: number[] = [];
  const bare: string[] = [];
  for (let press = 0; press < wanted.length + 10; press += 1) {
    await page.keyboard.press('Tab');
    const now = await stopNow(page);
    if (now?.id === undefined) continue;
    if (reached.includes(Number(now.id))) break;
    reached.push(Number(now.id));
    if (!now.shows) bare.push(now.name);
  }
  return { wanted, reached, bare };
}
