// The pages of runs, of what asks a person meanwhile, and of what was changed, for screenshots and page tests.

import type { Page } from 'playwright-core';
import { closeInspector, press } from './page-actions.ts';
import type { PageSpec } from './page-spec.ts';

const openTab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.waitForTimeout(300);
};

/** One step of a run that is open, beside its graph. By keyboard: in a small window the node may lie beyond what is in sight, or under a panel. */
async function openStep(page: Page, node: string, tab: string): Promise<void> {
  await page.locator(`.react-flow__node[data-id="${node}"]`).focus();
  await page.keyboard.press('Enter');
  const inspector = page.locator('[data-inspector]');
  await inspector.getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(500);
}

const kindButton = (page: Page, name: string) => page.getByRole('group', { name: 'Which runs to show' }).getByRole('button', { name });
const chooseTurns = (page: Page) => kindButton(page, 'Chat turns').click();
const choosePrograms = (page: Page) => kindButton(page, 'Programs').click();
const chooseWorkflowRuns = (page: Page) => kindButton(page, 'Workflows').click();

export const runPages: PageSpec[] = [
  { name: 'runs', route: () => '/runs', emptyToo: true },
  { name: 'run', route: (demo) => `/runs/${demo?.runs.digest}` },
  { name: 'run-failed', route: (demo) => `/runs/${demo?.runs.failed}` },
  { name: 'runs-turns', route: () => '/runs', prepare: chooseTurns, after: chooseWorkflowRuns },
  { name: 'runs-programs', route: () => '/runs', prepare: choosePrograms, after: chooseWorkflowRuns },
  { name: 'run-program', route: (demo) => `/runs/${demo?.safety?.session}`, after: chooseWorkflowRuns },
  { name: 'run-result', route: (demo) => `/runs/${demo?.past.mended}`, prepare: openTab('Result') },
  {
    name: 'run-step',
    route: (demo) => `/runs/${demo?.past.failed}`,
    prepare: (page) => openStep(page, 'targets', 'Attempts'),
    after: closeInspector,
  },
  {
    name: 'run-large',
    route: (demo) => `/runs/${demo?.past.mended}`,
    prepare: (page) => openStep(page, 'figures', 'Output'),
    after: closeInspector,
  },
  {
    name: 'run-steps',
    route: (demo) => `/runs/${demo?.past.failed}`,
    prepare: async (page) => {
      await openTab('Steps')(page);
      await page.getByRole('list', { name: 'Steps' }).getByText('Read figures').click();
      await page.getByRole('heading', { name: 'Log' }).waitFor();
    },
  },
  { name: 'run-held', route: (demo) => `/runs/${demo?.past.held}` },
  { name: 'run-replayed', route: (demo) => `/runs/${demo?.past.replayed}` },
  {
    name: 'run-fork',
    route: (demo) => `/runs/${demo?.past.mended}`,
    prepare: async (page) => {
      await openStep(page, 'sum', 'Output');
      await page.getByRole('button', { name: 'Change what it gave' }).click();
      await page.getByRole('dialog').getByText('Which graph').waitFor();
    },
    after: async (page) => {
      await page.keyboard.press('Escape');
      await closeInspector(page);
    },
  },
  {
    name: 'run-compare',
    route: (demo) => `/runs/${demo?.past.changed}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'What to do with this run' }).click();
      await page.getByRole('menuitem', { name: 'Compare…' }).click();
      await page.getByRole('button', { name: /^Report/ }).click();
    },
  },
  { name: 'canvas-pinned', route: (demo) => `/workflows/${demo?.past.workflow}` },
  { name: 'inbox', route: () => '/inbox', emptyToo: true },
  {
    name: 'inbox-job',
    route: () => '/inbox',
    prepare: async (page) => {
      await page.getByRole('navigation', { name: 'Inbox' }).getByText('Note from the phone').click();
      await page.waitForTimeout(200);
    },
  },
  { name: 'inbox-change', route: (demo) => `/inbox/${demo?.safety?.correct}` },
  { name: 'inbox-request', route: (demo) => `/inbox/${demo?.safety?.send}` },
  {
    name: 'inbox-always',
    route: (demo) => `/inbox/${demo?.safety?.correct}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Always…' }).click();
      await page.getByRole('menu').waitFor();
    },
    after: press('Escape'),
    check: true,
  },
  { name: 'inbox-program', route: (demo) => `/inbox/${demo?.safety?.program}` },
  { name: 'inbox-answered', route: (demo) => `/inbox/${demo?.safety?.answered}` },
  { name: 'inbox-unknown', route: (demo) => `/inbox/${demo?.inbox.unknown}` },
  {
    name: 'run-unknown',
    route: (demo) => `/inbox/${demo?.inbox.unknown}`,
    prepare: async (page) => {
      await page.getByRole('link', { name: 'Open run' }).click();
      await page.getByRole('tab', { name: 'Graph' }).waitFor();
      await page.getByRole('region', { name: 'Did this happen?' }).waitFor();
    },
    check: true,
  },
  { name: 'inbox-question', route: (demo) => `/inbox/${demo?.inbox.question}` },
  { name: 'agents', route: () => '/agents', emptyToo: true },
  { name: 'history', route: () => '/history', emptyToo: true },
  {
    name: 'history-run',
    route: (demo) => `/history/${demo?.safety?.tidy}`,
    prepare: async (page) => {
      await page
        .getByRole('button', { name: /list\.md/ })
        .first()
        .click();
      await page.getByLabel('What is different').first().waitFor();
    },
    check: true,
  },
  {
    name: 'history-undo',
    route: (demo) => `/history/${demo?.safety?.tidy}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Undo this run' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Undo \d/ })
        .waitFor();
    },
    after: press('Escape'),
    check: true,
  },
  { name: 'history-revisions', route: () => '/history/revisions' },
  { name: 'run-changed', route: (demo) => `/runs/${demo?.safety?.tidy}` },
];
