// Renders the icons in resources/ from their SVGs with a Chromium: `node scripts/icons.ts`. The PNGs are committed; run it
// after changing an SVG.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../tests/helpers/chromium.ts';

const resources = path.resolve(import.meta.dirname, '../resources');
const icons = [
  { svg: 'icon.svg', png: 'icon.png', size: 512, colour: '#000' },
  // A template image on macOS is black; the system colours it. Elsewhere a tone that is seen on light and dark panels.
  { svg: 'mark.svg', png: 'trayTemplate.png', size: 16, colour: '#000' },
  { svg: 'mark.svg', png: 'trayTemplate@2x.png', size: 32, colour: '#000' },
  { svg: 'mark.svg', png: 'tray.png', size: 32, colour: '#8f93ff' },
] as const;

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  for (const { svg, png, size, colour } of icons) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const source = readFileSync(path.join(resources, svg), 'utf8').replace('<svg ', `<svg width="${size}" height="${size}" `);
    await page.setContent(`<style>html,body{margin:0;background:transparent;color:${colour}}svg{display:block}</style>${source}`);
    writeFileSync(path.join(resources, png), await page.screenshot({ omitBackground: true, type: 'png' }));
    await page.close();
  }
} finally {
  await browser.close();
}
