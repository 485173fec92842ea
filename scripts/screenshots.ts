// `npm run screenshots`: pictures of every page, light and dark, with usual and with empty data, into docs/images. `--all` adds 960×640
// and 200 % zoom into a folder that is not committed (.cache/screenshots); names as arguments choose pages.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser, openView, startDemoHost } from '../tests/helpers/demo-host.ts';
import { pages } from '../tests/helpers/pages.ts';
import { ensureBuilt, root } from './build.ts';

const args = process.argv.slice(2);
const all = args.includes('--all');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const images = path.join(root, 'docs/images');
const extra = path.join(root, '.cache/screenshots');

process.env.NODE_ENV ??= 'production';
await ensureBuilt({ only: ['out/node', 'out/renderer'], say: (line) => console.error(line) });
mkdirSync(images, { recursive: true });
mkdirSync(extra, { recursive: true });

const sizes = [
  { suffix: '', width: 1280, height: 800, scale: 1, folder: images },
  ...(all
    ? [
        { suffix: '-narrow', width: 960, height: 640, scale: 1, folder: extra },
        // 200 % zoom: half the room, drawn twice as large.
        { suffix: '-zoom', width: 640, height: 400, scale: 2, folder: extra },
      ]
    : []),
];

const browser = await launchBrowser();
try {
  for (const kind of ['usual', 'empty'] as const) {
    const demo = await startDemoHost(kind);
    try {
      for (const theme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          const view = await openView(browser, demo.host, { theme, width: size.width, height: size.height, scale: size.scale });
          for (const spec of pages) {
            if (kind === 'empty' && spec.emptyToo !== true) continue;
            if (wanted.length > 0 && !wanted.includes(spec.name)) continue;
            await view.go(spec.route(demo.demo));
            // Fonts and the first data: the page says when nothing is loading any more.
            await view.page.evaluate(() => document.fonts.ready);
            await view.page
              .waitForFunction(() => document.querySelector('[aria-busy="true"]') === null, undefined, { timeout: 10_000 })
              .catch(() => undefined);
            await view.page.waitForTimeout(400);
            const file = `${spec.name}${kind === 'empty' ? '-empty' : ''}-${theme}${size.suffix}.png`;
            await view.page.screenshot({ path: path.join(size.folder, file) });
            console.log(file);
          }
          for (const problem of new Set(view.problems)) console.error(`  console: ${problem}`);
          await view.context.close();
        }
      }
    } finally {
      await demo.close();
    }
  }
} finally {
  await browser.close();
}
