// Every page a person can open, and the states of it that are worth a picture, for screenshots and page tests. `name` is the
// picture's name. Their order is the order of the pictures: what a page leaves behind, the next one meets.

import { press } from './page-actions.ts';
import type { PageSpec } from './page-spec.ts';
import { runPages } from './pages-of-runs.ts';
import { settingsPages } from './pages-of-settings.ts';
import { toolPages } from './pages-of-tools.ts';
import { vaultPages } from './pages-of-vault.ts';
import { workflowPages } from './pages-of-workflows.ts';

export type { PageSpec } from './page-spec.ts';

export const pages: PageSpec[] = [
  { name: 'chat', route: (demo) => (demo === undefined ? '/chat' : `/chat/${demo.conversations.waiting}`), emptyToo: true },
  { name: 'chat-answer', route: (demo) => `/chat/${demo?.conversations.table}` },
  ...workflowPages,
  ...runPages,
  { name: 'memory', route: () => '/memory', emptyToo: true },
  ...toolPages,
  ...vaultPages,
  { name: 'grants', route: () => '/grants', emptyToo: true },
  { name: 'grant', route: (demo) => `/grants/${demo?.safety?.grant}` },
  {
    name: 'grant-add',
    route: () => '/grants',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add a grant' }).click();
      await page.getByRole('dialog').waitFor();
    },
    after: press('Escape'),
    check: true,
  },
  { name: 'grants-try', route: () => '/grants/try' },
  { name: 'grants-decisions', route: () => '/grants/decisions', emptyToo: true },
  {
    name: 'terminal',
    route: () => '/terminal',
    prepare: async (page) => {
      await page.locator('.term-screen .xterm-rows').getByText(/[$#]/).first().waitFor();
      // The machine's own name and user are no part of the picture.
      await page.keyboard.type("PS1='$ '; clear\n");
      await page.waitForTimeout(300);
      await page.keyboard.type('wc -w Documents/Notes/*.md\n');
      await page.waitForTimeout(500);
    },
  },
  { name: 'security', route: () => '/security', emptyToo: true },
  {
    name: 'security-entry',
    route: () => '/security',
    prepare: async (page) => {
      // In a low window it is not among the rows that are drawn.
      await page.getByLabel('Search who, what and why').fill('fetch_json');
      await page
        .getByText(/fetch_json/)
        .first()
        .click();
      await page.getByRole('region', { name: 'The chosen entry' }).waitFor();
    },
    after: async (page) => {
      await page.getByRole('region', { name: 'The chosen entry' }).getByRole('button', { name: 'Close' }).click();
      await page.getByLabel('Search who, what and why').fill('');
    },
    check: true,
  },
  { name: 'security-connections', route: () => '/security/connections', emptyToo: true },
  { name: 'security-report', route: () => '/security/report' },
  { name: 'system', route: () => '/system', emptyToo: true },
  ...settingsPages,
  {
    name: 'palette',
    route: () => '/workflows',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').first().fill('digest');
    },
    after: press('Escape'),
  },
  {
    name: 'quick',
    route: () => '/',
    document: 'quick.html',
    prepare: async (page) => {
      await page.getByRole('combobox').first().fill('folder');
      await page.waitForTimeout(400);
    },
  },
];
