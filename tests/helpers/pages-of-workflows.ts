// The pages of workflows and of the jobs that start them, for screenshots and page tests.

import type { Page } from 'playwright-core';
import { n8nFile } from './n8n-file.ts';
import { closeInspector, editorButton, press } from './page-actions.ts';
import type { PageSpec } from './page-spec.ts';

/** The newest run drawn on the canvas, whole in sight, and one step open in the inspector. */
async function showRun(page: Page, step: string, tab?: string): Promise<void> {
  await editorButton(page, 'Runs of this workflow').click();
  await page
    .getByRole('button', { name: /^Run \d+/ })
    .first()
    .click();
  await page.getByRole('region', { name: 'Timeline of the run' }).waitFor();
  await page.locator(`.react-flow__node[data-id="${step}"]`).dblclick();
  const inspector = page.locator('[data-inspector]');
  await inspector.waitFor();
  if (tab !== undefined) await inspector.getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(300);
  await page.getByRole('button', { name: 'Show the whole graph' }).click();
  await page.waitForTimeout(500);
}

export const workflowPages: PageSpec[] = [
  { name: 'workflows', route: () => '/workflows', emptyToo: true },
  { name: 'templates', route: () => '/workflows/templates' },
  {
    name: 'import',
    route: () => '/workflows',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByRole('dialog', { name: 'Import workflows' }).getByRole('button', { name: 'Choose a file' }).waitFor();
    },
    after: press('Escape'),
  },
  {
    name: 'import-report',
    route: () => '/workflows',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Import workflows' });
      await dialog.getByLabel('Text of a workflow file').fill(n8nFile);
      await dialog.getByRole('button', { name: 'Read it' }).click();
      await dialog.getByRole('button', { name: 'Import 1 workflow' }).waitFor();
    },
    after: press('Escape'),
  },
  {
    name: 'workflow-settings',
    route: (demo) => `/workflows/${demo?.workflows['running-total']}`,
    prepare: async (page) => {
      await editorButton(page, 'Workflow settings').click();
      await page.getByRole('complementary', { name: 'Workflow settings' }).waitFor();
    },
    after: (page) => page.getByRole('button', { name: 'Hide the workflow settings' }).click(),
  },
  {
    name: 'node-settings',
    route: (demo) => `/workflows/${demo?.workflows['gentle-search']}`,
    prepare: async (page) => {
      await page.locator('.react-flow__node[data-id="read"]').dblclick();
      const inspector = page.locator('[data-inspector]');
      await inspector.getByText('Take earlier results').scrollIntoViewIfNeeded();
    },
    after: closeInspector,
  },
  {
    name: 'shortcuts',
    route: () => '/workflows',
    prepare: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
    after: press('Escape'),
  },
  {
    name: 'canvas',
    route: (demo) => `/workflows/${demo?.workflows['folder-digest']}`,
    prepare: (page) => showRun(page, 'report', 'Output'),
    after: closeInspector,
  },
  { name: 'canvas-draft', route: (demo) => `/workflows/${demo?.workflows['sort-by-kind']}` },
  {
    name: 'canvas-waiting',
    route: (demo) => `/workflows/${demo?.workflows['ask-before-saving']}`,
    prepare: async (page) => {
      await page.getByRole('region', { name: 'Timeline of the run' }).getByText('Ask me first').waitFor();
      await page.getByRole('button', { name: 'Show the whole graph' }).click();
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'add-node',
    route: (demo) => `/workflows/${demo?.workflows['summarise-with-a-model']}`,
    prepare: (page) => editorButton(page, 'Add a node').click(),
    after: press('Escape'),
  },
  {
    name: 'run-inputs',
    route: (demo) => `/workflows/${demo?.workflows['folder-digest']}`,
    prepare: (page) => editorButton(page, 'Run').click(),
    after: press('Escape'),
  },
  { name: 'jobs', route: (demo) => `/jobs/${demo?.jobs.hourly ?? ''}`, emptyToo: true },
  { name: 'jobs-webhook', route: (demo) => `/jobs/${demo?.jobs.webhook}` },
  { name: 'jobs-changed', route: (demo) => `/jobs/${demo?.jobs.changed}` },
  { name: 'jobs-trouble', route: (demo) => `/jobs/${demo?.jobs.invoices}` },
  { name: 'jobs-now', route: () => '/jobs/now', emptyToo: true },
  { name: 'jobs-next', route: () => '/jobs/next', emptyToo: true },
  { name: 'jobs-missed', route: () => '/jobs/missed', emptyToo: true },
  {
    name: 'job-grant',
    route: (demo) => `/jobs/${demo?.jobs.webhook}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Change', exact: true }).click();
      await page.getByRole('dialog').getByText('Tools', { exact: true }).waitFor();
    },
    after: press('Escape'),
  },
  {
    name: 'canvas-trigger',
    route: (demo) => `/workflows/${demo?.jobs.workflows.digest}`,
    prepare: async (page) => {
      await page.locator('.react-flow__node[data-id="n1"]').dblclick();
      await page.locator('[data-inspector]').waitFor();
      await page.waitForTimeout(600);
    },
    after: closeInspector,
  },
];
