// Every page, with usual and with empty data, light and dark: nothing serious for axe, nothing in the console, no request to
// anywhere but the host, nothing that overflows, jumps or cannot be reached with the keyboard.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoHost, launchBrowser, startDemoHost } from '../helpers/demo-host.ts';
import { type PageSpec, pages } from '../helpers/pages.ts';
import { type App, builtApp, eventually, keepPicture, openApp, settled } from './app-kit.ts';
import { jumpsOf, layoutOf, seriousFindings, tabAround, tooWide, violationsOf, watchJumps, watchViolations } from './page-checks.ts';

let browser: Browser;
const demos = {} as Record<'usual' | 'empty', DemoHost>;

beforeAll(async () => {
  await builtApp();
  browser = await launchBrowser();
  demos.usual = await startDemoHost('usual', { safety: true });
  demos.empty = await startDemoHost('empty');
});
afterAll(async () => {
  await browser?.close();
  await demos.usual?.close();
  await demos.empty?.close();
});

const kinds = ['usual', 'empty'] as const;
/** Each route once: what else there is of it is for pictures. */
function specsOf(kind: 'usual' | 'empty'): PageSpec[] {
  const seen = new Set<string>();
  return pages.filter((spec) => {
    if (kind === 'empty' && spec.emptyToo !== true) return false;
    const route = spec.route(demos[kind].demo);
    return !seen.has(route) && seen.add(route);
  });
}

async function show(app: App, spec: PageSpec, demo: DemoHost): Promise<void> {
  await app.go(spec.route(demo.demo));
  await settled(app.page);
  await app.page.waitForTimeout(150);
}

/** What axe finds in dialogs, menus and panes that `prepare` opens. */
async function openedFindings(app: App, demo: DemoHost, theme: string): Promise<Record<string, unknown>> {
  const findings: Record<string, unknown> = {};
  for (const spec of pages.filter(({ check }) => check === true)) {
    await show(app, spec, demo);
    await spec.prepare?.(app.page, demo.demo);
    await app.page.waitForTimeout(200);
    const serious = await seriousFindings(app.page);
    if (serious.length > 0) {
      findings[`${spec.name}, opened`] = serious;
      await keepPicture(app.page, `axe-${spec.name}-opened-${theme}`);
    }
    await spec.after?.(app.page);
  }
  return findings;
}

describe.each(kinds)('with %s data', (kind) => {
  test.each(['light', 'dark'] as const)('every page stands up to axe in the %s theme, quietly and locally', async (theme) => {
    const demo = demos[kind];
    const app = await openApp(browser, demo.host, { theme });
    await watchViolations(app.context);
    await app.page.reload();
    const findings: Record<string, unknown> = {};
    for (const spec of specsOf(kind)) {
      await show(app, spec, demo);
      expect(await app.page.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
      const serious = await seriousFindings(app.page);
      if (serious.length > 0) {
        findings[spec.name] = serious;
        await keepPicture(app.page, `axe-${spec.name}-${kind}-${theme}`);
      }
      const layout = await layoutOf(app.page);
      expect(layout, spec.name).toMatchObject({ mains: 1, overflow: 0, twice: [] });
      expect(layout.h1, `${spec.name}: level one headings`).toBeLessThanOrEqual(1);
      expect(layout.title).toMatch(/^\S.* – Orrery$/);
    }
    if (kind === 'usual') Object.assign(findings, await openedFindings(app, demo, theme));
    expect(findings).toEqual({});
    expect(await violationsOf(app.page)).toEqual([]);
    expect([...new Set(app.problems)]).toEqual([]);
    expect(app.strays).toEqual([]);
    await app.context.close();
  });
});

test('no page overflows sideways at 960×640 and at 200 % zoom', async () => {
  // 200 % zoom leaves half the room, drawn twice as large.
  const sizes = [
    { width: 960, height: 640 },
    { width: 640, height: 400 },
  ];
  const wide: string[] = [];
  for (const kind of kinds) {
    const app = await openApp(browser, demos[kind].host, { width: 960, height: 640, scale: 2 });
    for (const spec of specsOf(kind)) {
      await show(app, spec, demos[kind]);
      for (const size of sizes) {
        await app.page.setViewportSize(size);
        const outside = await tooWide(app.page);
        if (outside === '') continue;
        wide.push(`${spec.name} ${kind} ${size.width}: ${outside}`);
        await keepPicture(app.page, `overflow-${spec.name}-${kind}-${size.width}`);
      }
    }
    await app.context.close();
  }
  expect(wide).toEqual([]);
});

test('pages do not jump while they load', async () => {
  const app = await openApp(browser, demos.usual.host, {});
  await watchJumps(app.context);
  const jumps: Record<string, unknown> = {};
  for (const spec of specsOf('usual')) {
    // A query of its own makes it a load of its own, and no new process of the browser, as by way of an empty page.
    await app.page.goto(`${demos.usual.host.origin}/?${spec.name}#${spec.route(demos.usual.demo)}`);
    await settled(app.page);
    await app.page.waitForTimeout(500);
    const shift = await jumpsOf(app.page);
    if (shift.sum >= 0.1) jumps[spec.name] = shift;
  }
  expect(jumps).toEqual({});
  await app.context.close();
});

test.each(['chat', 'workflows', 'jobs', 'runs', 'settings', 'history-run', 'grant', 'vault', 'security', 'inbox-change'])(
  'on %s, Tab reaches everything there is, in order, with a visible ring',
  async (name) => {
    const app = await openApp(browser, demos.usual.host, { width: 1280, height: 1600 });
    const { page } = app;
    const spec = pages.find((each) => each.name === name);
    if (spec === undefined) throw new Error(`There is no page ${name}.`);
    await show(app, spec, demos.usual);
    const { wanted, reached, bare } = await tabAround(page);
    expect(wanted.length).toBeGreaterThan(10);
    const missed = wanted.filter((_, index) => !reached.includes(index));
    expect(missed, 'not reached with Tab').toEqual([]);
    expect(bare, 'no visible focus').toEqual([]);
    // In the order of the document, from wherever it began.
    const start = reached.indexOf(Math.min(...reached));
    const ordered = [...reached.slice(start), ...reached.slice(0, start)];
    expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
    await app.context.close();
  },
);

test('from where its result is seen, one click says who did something and why it was allowed, the next leads to what allowed it', async () => {
  const { demo, host, attached } = demos.usual;
  const safety = demo?.safety;
  if (safety === undefined) throw new Error('There is no demo of safety.');
  const { page, go, context } = await openApp(browser, host, {});
  const why = page.getByRole('region', { name: 'Who did it, and why it was allowed' });
  const log = page.getByRole('list', { name: 'What happened' });

  await go(`/history/${safety.tidy}`);
  await page
    .getByRole('button', { name: /list\.md/ })
    .first()
    .click();
  await why.getByText('It is part of the workflow that you started.').waitFor();
  await why.getByText('Tidy the notes').waitFor();

  await go(`/runs/${safety.tidy}`);
  await page.getByRole('tab', { name: 'Steps' }).click();
  await page.getByRole('list', { name: 'Steps' }).getByRole('button', { name: 'Remove' }).click();
  await why.getByRole('link', { name: /in the audit log/ }).click();
  // The call itself: one that was not quick has its decision in an entry of its own, below.
  await log
    .getByRole('button', { name: /files\.delete_file/ })
    .first()
    .click();
  const entry = page.getByRole('region', { name: 'The chosen entry' });
  await entry.getByRole('button', { name: 'See what it changed' }).click();
  await page.getByRole('button', { name: 'Undo this run' }).waitFor();

  const { conversation } = await attached.client.inbox.get({ id: safety.answered });
  await go(`/chat/${conversation}`);
  await page
    .getByRole('log')
    .getByRole('button', { name: /files\.write_text/ })
    .click();
  await why.getByText('Librarian asked, and you allowed it from then on.').waitFor();
  await why.getByRole('link', { name: 'Open the grant' }).click();
  await page.getByRole('button', { name: 'Take back' }).waitFor();
  await page.getByRole('button', { name: 'What it allowed' }).click();
  await log.getByRole('button', { name: /Answer/ }).waitFor();
  expect(await log.getByRole('listitem').count()).toBe(2);
  await context.close();
});

test.each([
  { width: 960, height: 640 },
  { width: 640, height: 400 },
])('in a window of $width a failed run opens with its failed node in sight, and its row too', async (size) => {
  const { demo, host } = demos.usual;
  const run = demo?.past.failed;
  if (run === undefined) throw new Error('There is no failed run.');
  const { page, go, context } = await openApp(browser, host, size);
  await go(`/runs/${run}`);
  const node = page.locator('.react-flow__node[data-id="targets"]');
  await node.getByText('failed', { exact: true }).first().waitFor();
  const inside = async () => {
    const [box, area] = [await node.boundingBox(), await page.locator('.wf-canvas').boundingBox()];
    if (box === null || area === null) return 'not drawn';
    const isIn =
      box.x >= area.x && box.y >= area.y && box.x + box.width <= area.x + area.width && box.y + box.height <= area.y + area.height;
    return isIn ? 'in sight' : `${JSON.stringify(box)} of ${JSON.stringify(area)}`;
  };
  await eventually(inside).toBe('in sight');
  // Beside the run its list, where there is room for both.
  if (size.width > 760) {
    const row = page.locator('button[aria-current="true"][data-index]');
    await eventually(() => row.evaluate((element) => element.getBoundingClientRect().bottom <= window.innerHeight)).toBe(true);
  }
  // The inspector takes its room beside the node, not over it.
  await node.focus();
  await page.keyboard.press('Enter');
  const inspector = page.locator('[data-inspector]');
  await inspector.waitFor();
  await eventually(async () => {
    const [box, over] = [await node.boundingBox(), await inspector.boundingBox()];
    return box !== null && over !== null && box.x + box.width <= over.x;
  }).toBe(true);
  await context.close();
});

test('by keyboard alone: what opens beside a list closes with Escape and by its button, and the focus is on its row again', async () => {
  const { host } = demos.usual;
  const { page, go, context } = await openApp(browser, host, {});
  const panels = [
    { route: '/history', row: 'Tidy the notes', panel: 'Change set' },
    { route: '/vault', row: 'NORTHWIND_LOGIN', panel: 'Secret' },
    { route: '/grants', row: 'Search your memory', panel: 'The chosen grant' },
    { route: '/memory', row: 'Invoices are named', panel: 'Memory item' },
  ];
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
  for (const { route, row: name, panel } of panels) {
    await go(route);
    const row = page.getByRole('main').getByRole('button', { name }).first();
    const region = page.getByRole('region', { name: panel, exact: true });
    for (const close of ['Escape', 'Enter']) {
      await row.focus();
      await page.keyboard.press('Enter');
      await region.waitFor();
      if (close === 'Enter') await region.getByRole('button', { name: 'Close', exact: true }).focus();
      await page.keyboard.press(close);
      await region.waitFor({ state: 'hidden' });
      await eventually(focused).toContain(name);
    }
  }
  await context.close();
});

test('by keyboard alone: a button that goes with what it did leaves the focus beside it', async () => {
  const { demo, host } = demos.usual;
  const { page, go, context } = await openApp(browser, host, {});
  const main = page.getByRole('main');
  const press = async (name: string): Promise<void> => {
    await main.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
  await go(`/grants/${demo?.safety?.grant}`);
  await press('Take back');
  await eventually(focused).toBe('Give again');
  await page.keyboard.press('Enter');
  await eventually(focused).toBe('Edit');
  // What is missing may be below what a dialog shows.
  await press('Add a grant');
  await page.getByRole('dialog').getByRole('button', { name: 'Allow it' }).click();
  await eventually(focused).toBe('Choose a tool');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: /^Tool/ }).click();
  await page.getByRole('option', { name: 'files.create_folder' }).click();
  const conditions = dialog.getByRole('button', { name: 'Only when…' });
  await conditions.click();
  await dialog.getByLabel('Time of day, between').fill('08:00');
  await conditions.click();
  await dialog.getByRole('button', { name: 'Allow it' }).click();
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('time');
  await page.keyboard.press('Escape');

  // What a way back would change is shown before it is taken.
  await go('/history/revisions');
  await main.getByRole('button', { name: 'Put back to this: Offline' }).first().click();
  await page.getByRole('alertdialog').getByText('true', { exact: true }).waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();

  await go(`/runs/${demo?.past.failed}`);
  await page.locator('.react-flow__node[data-id="targets"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-inspector]').getByRole('button', { name: 'Hide the inspector' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-inspector]').waitFor({ state: 'hidden' });
  await eventually(focused).toMatch(/^Compare with targets/);

  // What takes its place cannot be used at once.
  await go('/tools/notes');
  await press('Stop');
  await eventually(focused).toBe('Start');
  await page.keyboard.press('Enter');
  await eventually(focused).toBe('Restart');
  await context.close();
});
