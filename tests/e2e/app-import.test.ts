// Another program's workflow comes in by the page of a real browser: its report first, then the workflow, which is run and gives
// what n8n itself gave.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../helpers/headless-host.ts';
import { n8nFile } from '../helpers/n8n-file.ts';
import { type App, type DemoApp, eventually, pictureOfFailure, startDemoApp } from './app-kit.ts';

interface Recorded {
  workflow: { name: string; nodes: { name: string }[] };
  nodes: Record<string, { json: unknown }[][][]>;
}
const { recorded } = JSON.parse(readFileSync(path.join(projectRoot, 'tests/fixtures/n8n/workflows.json'), 'utf8')) as {
  recorded: Recorded[];
};
const given = recorded.find((each) => each.workflow.name === 'set 3.4 keeps others');
if (given === undefined) throw new Error('The recorded workflow is not there.');

let demo: DemoApp;
let app: App;

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1280, height: 800 });
  app = demo.app;
});
afterEach(pictureOfFailure('import', () => app.page));
afterAll(() => demo?.close());

const stored = async (): Promise<number> => (await demo.attached.client.workflows.list({ query: '' })).length;

async function openImport(): Promise<Locator> {
  await app.go('/workflows');
  await app.page.getByRole('button', { name: 'Import', exact: true }).click();
  return app.page.getByRole('dialog', { name: 'Import workflows' });
}
async function choose(dialog: Locator, name: string, text: string): Promise<void> {
  const chooser = app.page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

describe('a file of n8n', () => {
  test('its report comes first and stores nothing; imported, it runs and gives what n8n gave', async () => {
    const dialog = await openImport();
    await choose(dialog, 'adults.json', JSON.stringify(given.workflow));
    const report = dialog.getByRole('region', { name: given.workflow.name });
    await report.waitFor();
    for (const node of given.workflow.nodes) await report.getByRole('cell', { name: node.name, exact: true }).waitFor();
    await dialog.getByText('n8n', { exact: true }).waitFor();
    expect(await stored()).toBe(0);

    await dialog.getByRole('button', { name: 'Import 1 workflow' }).click();
    await app.page.getByLabel(`Graph of “${given.workflow.name}”`).waitFor();
    expect(await stored()).toBe(1);
    await app.page.locator('.wf-editor header').getByRole('button', { name: 'Run', exact: true }).click();
    const { client } = demo.attached;
    const newest = async () => (await client.runs.list({ limit: 1 }))[0];
    await eventually(async () => (await newest())?.status).toBe('done');
    const run = await newest();
    if (run === undefined) throw new Error('There is no run.');
    const { document } = await client.runs.get({ id: run.id });
    const last = document?.nodes.find((node) => node.title === 'Node');
    const step = await client.runs.getStep({ id: run.id, step: last?.id ?? '' });
    const wanted = given.nodes.Node?.[0]?.[0]?.map((item) => item.json);
    expect(wanted?.length).toBeGreaterThan(1);
    const items = Object.values(step.outputs ?? {}).find((value) => Array.isArray(value)) as unknown as { json: unknown }[];
    expect(items.map((item) => item.json)).toEqual(wanted);

    // The same on the page: the result stands in the inspector.
    await app.page.getByRole('region', { name: 'Timeline of the run' }).waitFor();
    await app.page.locator(`.react-flow__node[data-id="${last?.id}"]`).dblclick();
    const inspector = app.page.locator('[data-inspector]');
    await inspector.getByRole('tab', { name: 'Output' }).click();
    await inspector.getByText('json: 8 values').first().click();
    await inspector.getByText('Ada (36)').first().waitFor();
  });

  test('what does not run says why, and credentials are named', async () => {
    const dialog = await openImport();
    await dialog.getByLabel('Text of a workflow file').fill(n8nFile);
    await dialog.getByRole('button', { name: 'Read it' }).click();
    const row = dialog.getByRole('row', { name: /Tell the team/ });
    await row.waitFor();
    const group = dialog.locator('tbody').filter({ hasText: 'Tell the team' });
    expect(await group.locator('th').textContent()).toBe('Does not run');
    expect((await row.getByRole('cell').last().textContent())?.length).toBeGreaterThan(10);
    await dialog
      .getByText(/Team Slack/)
      .first()
      .waitFor();
    const before = await stored();
    await dialog.getByRole('button', { name: 'Another file' }).click();
    await dialog.getByRole('button', { name: 'Choose a file' }).waitFor();
    expect(await stored()).toBe(before);
    await app.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });
});

describe('other files', () => {
  const before = { count: 0 };
  test.each([
    [
      'a prompt of ComfyUI',
      'prompt.json',
      JSON.stringify({ 3: { class_type: 'KSampler', inputs: {} }, 4: { class_type: 'VAEDecode', inputs: {} } }),
      'ComfyUI',
    ],
    [
      'a flow of Node-RED',
      'flows.json',
      JSON.stringify([
        { id: 'a', type: 'tab', label: 'F' },
        { id: 'b', type: 'inject', z: 'a', x: 1, y: 1, wires: [[]] },
      ]),
      'Node-RED',
    ],
    ['what nobody knows', 'x.json', '{"hello":1}', 'Not recognised'],
    ['no JSON at all', 'x.json', 'just words', 'Not recognised'],
  ])('%s is told in words, and nothing can be imported', async (_what, name, text, program) => {
    before.count = await stored();
    const dialog = await openImport();
    await choose(dialog, name, text);
    await dialog.getByText(program, { exact: true }).waitFor();
    await dialog.getByText('There is nothing in it that can be imported.').waitFor();
    expect(await dialog.getByRole('button', { name: /^Import \d/ }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click();
    expect(await stored()).toBe(before.count);
  });

  test('an Orrery file comes in the same way', async () => {
    const dialog = await openImport();
    await choose(dialog, 'digest.json', readFileSync(path.join(projectRoot, 'resources/sample-workflows/folder-digest.json'), 'utf8'));
    await dialog.getByRole('button', { name: 'Import 1 workflow' }).click();
    await app.page.getByLabel('Graph of “Folder digest”').waitFor();
  });
});

describe('templates and settings', () => {
  test('a template is filtered, used as a copy, and its settings are changed and taken back', async () => {
    const { page } = app;
    await app.go('/workflows');
    await page.getByRole('button', { name: 'Templates', exact: true }).click();
    await page.getByLabel('Search templates').fill('budget');
    await eventually(() => page.locator('.wf-template').count()).toBe(1);
    await page.getByRole('button', { name: /^Running total against a budget/ }).click();
    await page.getByLabel('Graph of “Running total against a budget”').waitFor();
    await page.getByRole('button', { name: 'Workflow settings' }).click();
    const settings = page.getByRole('complementary', { name: 'Workflow settings' });
    await settings.getByRole('button', { name: 'Add a variable' }).click();
    const row = settings.getByRole('group', { name: 'Variable “value”' });
    await row.getByLabel('Name').fill('total');
    await row.getByText('There is another variable of this name.').waitFor();
    await row.getByLabel('Name').fill('limit');
    const { client } = demo.attached;
    const now = async () => {
      const [found] = await client.workflows.list({ query: 'Running total' });
      return found === undefined ? undefined : client.workflows.get({ id: found.id });
    };
    await eventually(async () => (await now())?.variables?.map((variable) => variable.name)).toEqual(['total', 'limit']);
    await settings.getByLabel('Priority').fill('7');
    await eventually(async () => (await now())?.priority).toBe(7);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => (await now())?.priority).toBe(undefined);
  });

  test('the list of shortcuts opens by its key, and not while one types', async () => {
    const { page } = app;
    await app.go('/workflows');
    await page.getByLabel('Search workflows').fill('a?');
    expect(await page.getByLabel('Search workflows').inputValue()).toBe('a?');
    await page.getByLabel('Search workflows').fill('');
    await page.getByRole('heading', { name: 'Workflows', level: 1 }).click();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Run this workflow').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('nothing went anywhere but to the host, and the page had no fault', () => {
    expect(app.strays).toEqual([]);
    expect(app.problems).toEqual([]);
  });
});
