// The pages of settings, for screenshots and page tests.

import type { Page } from 'playwright-core';
import type { PageSpec } from './page-spec.ts';

/** Each token is for a program of its own. */
let madeTokens = 0;
/** Where this machine keeps Node and the checkout is nobody's business, nor is a token. */
async function maskConfig(page: Page): Promise<void> {
  await page.locator('pre').first().waitFor();
  const clean = (text: string): string =>
    text
      .replace(/"\/[^"]*\/node"/, '"/usr/bin/node"')
      .replace(/"\/[^"]*\/((?:electron|out)\/[^"]*)"/, '"/opt/orrery/$1"')
      .replace(/"\/tmp\/[^"]*\/\.config\/orrery"/, '"/home/anna/.config/orrery"')
      .replace(/orrery-[\w-]{30,}/, 'orrery-kR3v0hYpZ5m1xJd8QeLwT2cUaN7sBfG4iO6tVyXjE9');
  for (const block of await page.locator('pre').all()) {
    const text = clean((await block.textContent()) ?? '');
    await block.evaluate((element, shown) => {
      element.textContent = shown;
    }, text);
  }
  for (const input of await page.locator('input[readonly]').all()) {
    const value = clean(await input.inputValue());
    await input.evaluate((element, shown) => {
      (element as HTMLInputElement).value = shown;
    }, value);
  }
}

export const settingsPages: PageSpec[] = [
  { name: 'settings', route: () => '/settings', emptyToo: true },
  { name: 'settings-runs', route: () => '/settings/runs' },
  { name: 'settings-network', route: () => '/settings/network' },
  {
    name: 'settings-programs',
    route: () => '/settings/programs',
    prepare: (page) => maskConfig(page),
  },
  {
    name: 'settings-programs-token',
    route: () => '/settings/programs',
    prepare: async (page) => {
      madeTokens += 1;
      await page.getByLabel('Name of the program').fill(['Writing desk', 'Writing desk at home'][madeTokens - 1] ?? `Desk ${madeTokens}`);
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('dialog').getByLabel('Configuration').waitFor();
      await maskConfig(page);
    },
    after: async (page) => {
      await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
    },
    check: true,
  },
  { name: 'settings-models', route: () => '/settings/models', emptyToo: true },
];
