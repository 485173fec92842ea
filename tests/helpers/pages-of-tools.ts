// The pages of tool servers, for screenshots and page tests.

import type { Page } from 'playwright-core';
import type { PageSpec } from './page-spec.ts';

const foreignServers = JSON.stringify({
  mcpServers: {
    github: {
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-github'],
      env: { GITHUB_TOKEN: ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_') },
    },
    linear: { url: 'https://mcp.linear.app/mcp' },
  },
});

/** Where this machine keeps its programs is nobody's business. */
async function maskPrograms(page: Page): Promise<void> {
  await page
    .locator('.tools-program')
    .first()
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined); // one whose program lies in the system's own folders names none
  await page.evaluate(() => {
    const shown = ['/opt/node/bin', '/opt/servers/node_modules'];
    for (const [at, each] of [...document.querySelectorAll('.tools-program')].entries()) each.textContent = shown[at] ?? '/opt/more';
  });
}

/** And which registry this machine was set to is its own affair too. */
async function maskRegistry(page: Page): Promise<void> {
  await page.getByText('can be fetched:').evaluate((line) => {
    line.textContent = line.textContent?.replace(/ from \S+,/, ' from packages.example.org,') ?? '';
  });
}

export const toolPages: PageSpec[] = [
  { name: 'tools', route: () => '/tools', emptyToo: true },
  {
    name: 'tools-try',
    route: () => '/tools/files',
    prepare: async (page, demo) => {
      await page
        .getByRole('button', { name: /list_folder/ })
        .first()
        .click();
      await page
        .locator('.tools-try')
        .getByRole('textbox')
        .first()
        .fill(demo?.notes ?? '');
      await page.locator('.tools-try').getByRole('button', { name: 'Call tool' }).click();
      await page.locator('.tools-outcome').waitFor();
    },
  },
  {
    name: 'tools-resources',
    route: () => '/tools/everything/resources',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^architecture\.md/ }).click();
      await page.getByRole('region', { name: /^Content of architecture/ }).waitFor();
    },
  },
  { name: 'tools-bundle', route: () => '/tools/+/bundle' },
  {
    name: 'tools-sign-in',
    route: () => '/tools/+/hand',
    prepare: async (page) => {
      await page.getByText('An address (HTTP)').click();
      await page.getByRole('button', { name: 'Sign-in' }).click();
      await page.getByLabel('Client id').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'settings-tool-servers',
    route: () => '/settings/toolServers',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^Fetch Node/ }).waitFor();
      await maskPrograms(page);
      await maskRegistry(page);
    },
  },
  { name: 'tools-log', route: () => '/tools/everything/log' },
  { name: 'tools-permissions', route: () => '/tools/notes/permissions', prepare: maskPrograms },
  { name: 'tools-catalogue', route: () => '/tools/+/catalogue' },
  {
    name: 'tools-preview',
    route: () => '/tools/+/paste',
    prepare: async (page) => {
      await page.getByLabel('Or paste one').fill(foreignServers);
      await page.getByRole('button', { name: 'Look at it' }).click();
      await page.getByRole('button', { name: 'Preview' }).first().click();
    },
    after: (page) => page.getByRole('button', { name: 'Back' }).first().click(),
  },
];
