// `npm run screenshots`: pictures of every page, light and dark, with usual and with empty data, into docs/images. `--all` adds 960×640
// and 200 % zoom into a folder that is not committed (.cache/screenshots); names as arguments choose pages; `--to=<folder>` puts
// everything there instead.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { addBrokenServer } from '../tests/helpers/demo-data.ts';
import { type DemoHost, launchBrowser, openView, startDemoHost, type View } from '../tests/helpers/demo-host.ts';
import { type PageSpec, pages } from '../tests/helpers/pages.ts';
import { ensureBuilt, root } from './built.ts';

const args = process.argv.slice(2);
const all = args.includes('--all');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const elsewhere = args.find((arg) => arg.startsWith('--to='))?.slice('--to='.length);
const images = elsewhere ?? path.join(root, 'docs/images');
const extra = elsewhere ?? path.join(root, '.cache/screenshots');

process.env.NODE_ENV ??= 'production';
ensureBuilt({ only: ['out/node', 'out/renderer'], say: (line) => console.error(line) });
mkdirSync(images, { recursive: true });
mkdirSync(extra, { recursive: true });

interface Size {
  suffix: string;
  width: number;
  height: number;
  scale: number;
  folder: string;
}
const sizes: Size[] = [
  { suffix: '', width: 1280, height: 800, scale: 1, folder: images },
  ...(all
    ? [
        { suffix: '-narrow', width: 960, height: 640, scale: 1, folder: extra },
        // 200 % zoom: half the room, drawn twice as large.
        { suffix: '-zoom', width: 640, height: 400, scale: 2, folder: extra },
      ]
    : []),
];
const patience = 30_000;

/** Fonts and the first data: the page says when nothing is loading any more. */
async function settled({ page }: View): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page
    .waitForFunction(() => document.querySelector('[aria-busy="true"], .late') === null, undefined, { timeout: patience })
    .catch(() => undefined);
  await page.waitForTimeout(400);
}

/** Tools and models say whole paths; the folder that this run made for its demo is nobody's. */
async function maskHome({ page }: View, home: string): Promise<void> {
  await page.evaluate(
    ([from, to]) => {
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node !== null; node = walk.nextNode())
        if (node.nodeValue?.includes(from) === true) node.nodeValue = node.nodeValue.replaceAll(from, to);
      for (const field of document.querySelectorAll<HTMLInputElement>('input, textarea'))
        if (field.value.includes(from)) field.value = field.value.replaceAll(from, to);
    },
    [home, '/home/anna'] as const,
  );
}

async function picture(view: View, spec: PageSpec, file: string, folder: string, demo: DemoHost): Promise<void> {
  const { page } = view;
  if (spec.document === undefined) await view.go(spec.route(demo.demo));
  else {
    await page.setViewportSize({ width: 680, height: 440 });
    await page.goto(`${demo.host.origin}/${spec.document}`);
  }
  await settled(view);
  try {
    await spec.prepare?.(page, demo.demo);
    await page.mouse.move(0, 0);
    await page.waitForTimeout(300);
  } catch (error) {
    console.error(`  ${file}: ${String(error).split('\n')[0]}`);
  }
  await maskHome(view, demo.home);
  await page.screenshot({ path: path.join(folder, file) });
  console.log(file);
  try {
    await spec.after?.(page);
  } catch (error) {
    // What could not be opened cannot be closed; the pictures go on.
    console.error(`  after ${file}: ${String(error).split('\n')[0]}`);
  }
}

/** What is only there when something is wrong; last, since it spoils the other pictures. */
async function faults(view: View, theme: string, demo: DemoHost): Promise<void> {
  if (isWanted('tools-failed')) {
    await view.page.goto(demo.host.origin);
    await view.page.evaluate(() => {
      location.hash = '/tools/calendar';
    });
    await settled(view);
    await maskHome(view, demo.home);
    await view.page.screenshot({ path: path.join(images, `tools-failed-${theme}.png`) });
    console.log(`tools-failed-${theme}.png`);
  }
}

/** Every template, opened on the canvas and whole in sight. */
async function templates({ page, go }: View, demo: DemoHost): Promise<void> {
  // The picture before may have been of the quick command's page.
  await page.goto(demo.host.origin);
  const folder = path.join(images, 'templates');
  mkdirSync(folder, { recursive: true });
  for (const { file } of await demo.attached.client.workflows.listSamples()) {
    const name = file.replace(/\.json$/, '');
    await go(`/workflows/${demo.demo?.workflows[name]}`);
    await page.locator('.react-flow__node').first().waitFor();
    // A run that is drawn leaves no room for the graph.
    const close = page.getByRole('button', { name: 'Take this run off the canvas' });
    if (await close.isVisible()) await close.click();
    await page.getByRole('button', { name: 'Show the whole graph' }).click();
    await page.waitForTimeout(400);
    await page
      .locator('.react-flow')
      .first()
      .screenshot({ path: path.join(folder, `${name}.png`) });
    console.log(`templates/${name}.png`);
  }
}

async function hostGone(views: [string, View][], demo: DemoHost): Promise<void> {
  if (!isWanted('host-gone')) return;
  for (const [, view] of views) {
    await view.page.goto(demo.host.origin);
    await view.go('/runs');
    await settled(view);
  }
  await demo.host.kill();
  for (const [theme, view] of views) {
    await view.page.waitForTimeout(2_500);
    await view.page.screenshot({ path: path.join(images, `host-gone-${theme}.png`) });
    console.log(`host-gone-${theme}.png`);
  }
}

const browser = await launchBrowser();
try {
  for (const kind of ['usual', 'empty'] as const) {
    const demo = await startDemoHost(kind, { safety: true });
    const kept: [string, View][] = [];
    try {
      for (const theme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          const view = await openView(browser, demo.host, { theme, width: size.width, height: size.height, scale: size.scale });
          view.page.setDefaultTimeout(patience);
          for (const spec of pages) {
            if (kind === 'empty' && spec.emptyToo !== true) continue;
            if (!isWanted(spec.name)) continue;
            await picture(view, spec, `${spec.name}${kind === 'empty' ? '-empty' : ''}-${theme}${size.suffix}.png`, size.folder, demo);
          }
          for (const problem of new Set(view.problems)) console.error(`  console: ${problem}`);
          if (kind === 'usual' && size.suffix === '' && theme === 'light' && isWanted('each-template')) await templates(view, demo);
          if (kind === 'usual' && size.suffix === '') {
            await view.page.setViewportSize({ width: size.width, height: size.height });
            kept.push([theme, view]);
          } else await view.context.close();
        }
      }
      if (kind === 'usual' && (isWanted('tools-failed') || isWanted('host-gone'))) {
        await addBrokenServer(demo.attached.client);
        for (const [theme, view] of kept) await faults(view, theme, demo);
        await hostGone(kept, demo);
      }
    } finally {
      await demo.close();
    }
  }
} finally {
  await browser.close();
}
