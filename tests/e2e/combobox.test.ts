// The kit's picker in a real browser: what is typed while it opens is searched for, however long the page takes to move the focus.

import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { findChromium } from '../helpers/chromium.ts';

const fixture = path.join(import.meta.dirname, 'fixtures/combobox.tsx');
let browser: Browser;
let page: Page;
let script: string;

beforeAll(async () => {
  const built = await build({
    configFile: false,
    root: path.dirname(fixture),
    logLevel: 'error',
    // The test runner's NODE_ENV would choose React's development runtime for the code and the other one for React.
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: { write: false, rolldownOptions: { input: fixture, output: { codeSplitting: false } } },
  });
  const [output] = [built].flat();
  if (output === undefined || !('output' in output)) throw new Error('Nothing was built.');
  script = output.output[0].code;
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
  page = await browser.newPage();
}, 60_000);
afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  await page.goto('about:blank');
  await page.setContent('<div id="root"></div>');
  // A page too busy to draw: no frame comes until it is let go.
  await page.evaluate(() => {
    const real = window.requestAnimationFrame.bind(window);
    const held: FrameRequestCallback[] = [];
    Object.assign(window, {
      requestAnimationFrame: (callback: FrameRequestCallback) => held.push(callback),
      letGo() {
        window.requestAnimationFrame = real;
        for (const callback of held.splice(0)) real(callback);
      },
    });
  });
  await page.addScriptTag({ content: script, type: 'module' });
  await page.getByRole('combobox', { name: 'Colour' }).waitFor();
});
const letGo = () => page.evaluate(() => (window as unknown as { letGo(): void }).letGo());
const value = () => page.locator('#value').innerText();
/** Clicks without waiting for anything that comes of it. */
async function open(): Promise<void> {
  const box = await page.getByRole('combobox', { name: 'Colour' }).boundingBox();
  if (box === null) throw new Error('The picker is not there.');
  await page.mouse.click(box.x + 5, box.y + 5);
}

it('searches for what was typed before the focus had moved', async () => {
  await open();
  await page.keyboard.type('Cob');
  await letGo();
  await page.keyboard.type('alt');
  await expect.poll(() => page.getByRole('option').allInnerTexts()).toEqual(['Cobalt']);
  expect(await page.locator('input:focus').inputValue()).toBe('Cobalt');
  await page.keyboard.press('Enter');
  await expect.poll(value).toBe('cobalt');
});

it('takes spaces and corrections the same way', async () => {
  await open();
  await page.keyboard.type('sea xx');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('blue');
  await letGo();
  await expect.poll(() => page.getByRole('option').allInnerTexts()).toEqual(['Sea blue']);
  await page.keyboard.press('Enter');
  await expect.poll(value).toBe('sea blue');
});

it('still closes with Escape and opens with the arrow keys', async () => {
  await letGo();
  await open();
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Colour' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type('bery');
  await expect.poll(() => page.getByRole('option').allInnerTexts()).toEqual(['Beryl']);
  await page.keyboard.press('Enter');
  await expect.poll(value).toBe('beryl');
});
