// Every page a person can open, and the states of it that are worth a picture, for screenshots and page tests. `name` is the
// picture's name.

import type { Page } from 'playwright-core';
import { demoPassphrase } from './demo-data.ts';
import { n8nFile } from './n8n-file.ts';
import type { PageSpec } from './page-spec.ts';
import { toolPages } from './pages-of-tools.ts';

export type { PageSpec } from './page-spec.ts';

const press = (key: string) => (page: Page) => page.keyboard.press(key);
const editorButton = (page: Page, name: string) => page.locator('.wf-editor header').getByRole('button', { name, exact: true }).first();

/** Each token is for a program of its own. */
let madeTokens = 0;
/** Where this machine keeps Node and the checkout is nobody's business, nor is a token. */
async function maskConfig(page: Page): Promise<void> {
  await page.locator('pre').first().waitFor();
  const clean = (text: string): string =>
    text
      .replace(/"\/[^"]*\/node"/, '"/usr/bin/node"')
      .replace(/"\/[^"]*\/((?:electron|out)\/[^"]*)"/, '"/opt/orrery/$1"')
      .replace(/"\/tmp\/[^"]*\/data"/, '"/home/you/.config/orrery"')
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

const closeInspector = async (page: Page): Promise<void> => {
  const close = page.locator('[data-inspector]').getByRole('button', { name: 'Hide the inspector' }).first();
  if (await close.isVisible()) await close.click();
};

const openTab = (name: string) => async (page: Page) => {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.waitForTimeout(300);
};

/** One step of a run that is open, beside its graph. */
async function openStep(page: Page, node: string, tab: string): Promise<void> {
  await page.locator(`.react-flow__node[data-id="${node}"]`).dblclick();
  const inspector = page.locator('[data-inspector]');
  await inspector.getByRole('tab', { name: tab }).click();
  await page.waitForTimeout(500);
}

const kindButton = (page: Page, name: string) => page.getByRole('group', { name: 'Which runs to show' }).getByRole('button', { name });
const chooseTurns = (page: Page) => kindButton(page, 'Chat turns').click();
const chooseWorkflowRuns = (page: Page) => kindButton(page, 'Workflows').click();

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

/** As another program has it; the key is made up. */
export const pages: PageSpec[] = [
  { name: 'chat', route: (demo) => (demo === undefined ? '/chat' : `/chat/${demo.conversations.waiting}`), emptyToo: true },
  { name: 'chat-answer', route: (demo) => `/chat/${demo?.conversations.table}` },
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
  { name: 'runs', route: () => '/runs', emptyToo: true },
  { name: 'run', route: (demo) => `/runs/${demo?.runs.digest}` },
  { name: 'run-failed', route: (demo) => `/runs/${demo?.runs.failed}` },
  { name: 'runs-turns', route: () => '/runs', prepare: chooseTurns, after: chooseWorkflowRuns },
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
  { name: 'memory', route: () => '/memory', emptyToo: true },
  ...toolPages,
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
      await page.keyboard.type('ls -l Notes\n');
      await page.waitForTimeout(500);
    },
  },
  { name: 'security', route: () => '/security', emptyToo: true },
  {
    name: 'security-entry',
    route: () => '/security',
    prepare: async (page) => {
      await page
        .getByText(/fetch_json/)
        .first()
        .click();
      await page.getByRole('region', { name: 'The chosen entry' }).waitFor();
    },
    after: (page) => page.getByRole('region', { name: 'The chosen entry' }).getByRole('button', { name: 'Close' }).click(),
    check: true,
  },
  { name: 'security-connections', route: () => '/security/connections', emptyToo: true },
  { name: 'security-report', route: () => '/security/report' },
  { name: 'system', route: () => '/system', emptyToo: true },
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
