// The pages of the vault, for screenshots and page tests. Their secrets are made up.

import type { Page } from 'playwright-core';
import { demoPassphrase } from './demo-data.ts';
import { press } from './page-actions.ts';
import type { PageSpec } from './page-spec.ts';

const secretPane = (page: Page) => page.getByRole('region', { name: 'Secret', exact: true });
const openSecret = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click();
  await secretPane(page).waitFor();
};
const closeSecret = (page: Page) => secretPane(page).getByRole('button', { name: 'Close' }).click();
const vaultMenu = (item: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'Import and back up' }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
};
const escapeTwice = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
};

export const vaultPages: PageSpec[] = [
  { name: 'vault', route: () => '/vault', emptyToo: true },
  { name: 'vault-login', route: () => '/vault', prepare: openSecret('NORTHWIND_LOGIN'), after: closeSecret, check: true },
  { name: 'vault-expired', route: () => '/vault', prepare: openSecret('OLD_CI_TOKEN'), after: closeSecret },
  {
    name: 'vault-rules',
    route: () => '/vault',
    async prepare(page) {
      await openSecret('NORTHWIND_LOGIN')(page);
      await secretPane(page).getByRole('button', { name: 'Change', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
    async after(page) {
      await page.keyboard.press('Escape');
      await closeSecret(page);
    },
    check: true,
  },
  {
    name: 'vault-add',
    route: () => '/vault',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add a secret' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Generate' }).click();
      await page.getByRole('button', { name: 'Use this' }).waitFor();
    },
    after: escapeTwice,
    check: true,
  },
  {
    name: 'vault-keys',
    route: () => '/vault',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Key', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
    after: press('Escape'),
    check: true,
  },
  { name: 'vault-import', route: () => '/vault', prepare: vaultMenu('Import…'), after: press('Escape'), check: true },
  { name: 'vault-backup', route: () => '/vault', prepare: vaultMenu('Back up…'), after: press('Escape') },
  {
    name: 'vault-locked',
    route: () => '/vault',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Lock', exact: true }).click();
      await page.getByLabel('Passphrase').waitFor();
    },
    after: async (page) => {
      await page.getByLabel('Passphrase').fill(demoPassphrase);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Lock', exact: true }).waitFor();
    },
    check: true,
  },
];
