// The canvas in a real browser on the headless host: the sample workflow runs over a real folder and every node shows its
// state; a graph is drawn by mouse and by keyboard alone, kept, undone and run.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parseWorkflowText, type WorkflowDocument } from '../../shared/model/workflow.ts';
import { writeNotes } from '../helpers/demo-data.ts';
import { projectRoot, removeFolder, temporaryFolder } from '../helpers/headless-host.ts';
import { type App, type DemoApp, eventually, keepPicture, pictureOfFailure, startDemoApp } from './app-kit.ts';

const home = temporaryFolder('canvas');
const digest = parseWorkflowText(readFileSync(path.join(projectRoot, 'resources/sample-workflows/folder-digest.json'), 'utf8'));
let demo: DemoApp;
let app: App;

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1440, height: 900 });
  app = demo.app;
});
afterEach(pictureOfFailure('canvas', () => app.page));
afterAll(async () => {
  await demo?.close();
  removeFolder(home);
});

const nodeOf = (page: Page, id: string): Locator => page.locator(`.react-flow__node[data-id="${id}"]`);
const cardOf = (page: Page, title: string): Locator =>
  page.locator('.react-flow__node').filter({ has: page.locator('.wf-title', { hasText: new RegExp(`^${title}$`) }) });
const port = (card: Locator, side: 'in' | 'out'): Locator => card.locator(`.wf-port.${side === 'in' ? 'target' : 'source'}`).first();
const saved = (page: Page) => page.locator('.wf-save').getByText('Saved', { exact: true }).waitFor();
const runButton = (page: Page): Locator => page.locator('.wf-editor header').getByRole('button', { name: 'Run', exact: true });
const timeline = (page: Page): Locator => page.getByRole('region', { name: 'Timeline of the run' });

async function newWorkflow(): Promise<string> {
  await app.go('/workflows');
  await app.page.getByRole('button', { name: 'New workflow' }).click();
  await app.page.getByText('Nothing here yet').waitFor();
  return app.page.evaluate(() => decodeURIComponent(location.hash.split('/').at(-1) ?? ''));
}

async function stored(id: string): Promise<WorkflowDocument> {
  return demo.attached.client.workflows.get({ id: id as never });
}

async function addFromPalette(search: string): Promise<void> {
  const { page } = app;
  await page.locator('.wf-editor header').getByRole('button', { name: 'Add a node' }).click();
  const field = page.getByRole('combobox', { name: 'Search nodes and tools' });
  await field.fill(search);
  await field.press('Enter');
  await field.waitFor({ state: 'hidden' });
  await still();
}

/** Waits until the view has come to rest: it moves to what was selected. */
async function still(): Promise<void> {
  const { page } = app;
  let before = '';
  for (let same = 0; same < 3; ) {
    const now = (await page.locator('.react-flow__viewport').getAttribute('style')) ?? '';
    same = now === before ? same + 1 : 0;
    before = now;
    await page.waitForTimeout(60);
  }
}

async function wholeGraph(): Promise<void> {
  await app.page.getByRole('button', { name: 'Show the whole graph' }).click();
  await still();
}

async function drag(from: Locator, to: { x: number; y: number }): Promise<void> {
  const { page } = app;
  const box = await from.boundingBox();
  if (box === null) throw new Error('Nothing to drag.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move((box.x + to.x) / 2, (box.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

async function connect(from: Locator, to: Locator): Promise<void> {
  const box = await port(to, 'in').boundingBox();
  if (box === null) throw new Error('No port to end at.');
  await drag(port(from, 'out'), { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}

describe('the sample workflow', () => {
  test('runs from the canvas over a real folder, and every node shows its state', async () => {
    const { page } = app;
    const notes = path.join(home, 'Notes');
    writeNotes(notes);
    await app.go('/workflows');
    await page.getByRole('button', { name: /^Folder digest/ }).click();
    await page.getByLabel('Graph of “Folder digest”').waitFor();
    await eventually(() => page.locator('.react-flow__node').count()).toBe(digest.nodes.length);

    await runButton(page).click();
    const form = page.getByRole('dialog', { name: 'Run “Folder digest”' });
    await form.getByLabel(/Which folder\?/).fill(notes);
    await form.getByRole('button', { name: 'Run' }).click();

    const dock = timeline(page);
    await dock.getByText('Done', { exact: true }).waitFor();
    await eventually(() => dock.locator('header').innerText()).toMatch(/Run 1[\s\S]*by you, in the browser[\s\S]*took/);
    for (const node of digest.nodes.filter((each) => each.kind !== 'note.text')) {
      const card = nodeOf(page, node.id).locator('.wf-card');
      // The state is said in words, and is not only a colour.
      const words = (await card.locator('.wf-state .sr-only').textContent()) ?? '';
      expect(['done', 'skipped'], `${node.id} says “${words}”`).toContain(words);
      await eventually(() => card.getAttribute('data-state')).toBe(words);
      await eventually(() => card.locator('.wf-state svg').count()).toBe(1);
    }
    // A run that is done shows its result first.
    await dock.getByRole('region', { name: 'Result', exact: true }).waitFor();
    await dock.getByRole('button', { name: 'Timeline', exact: true }).click();
    const rows = dock.getByRole('listitem');
    await eventually(() => rows.count()).toBe(digest.nodes.filter((each) => each.kind !== 'note.text').length);
    const report = readFileSync(path.join(notes, 'orrery-digest.md'), 'utf8');
    expect(report).toContain('7 files, 6 of them text');

    await wholeGraph();
    expect(existsSync(await keepPicture(page, 'canvas-folder-digest-run'))).toBe(true);
  });

  test('its inspector shows what a step got and gave, round by round', async () => {
    const { page } = app;
    await nodeOf(page, 'count').click();
    if (!(await page.getByRole('complementary', { name: 'Inspector' }).isVisible())) await page.keyboard.press('Enter');
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'Output' }).click();
    await inspector.getByText('words', { exact: false }).first().waitFor();
    await inspector.getByRole('combobox', { name: 'Round of the loop' }).click();
    await page.getByRole('option').first().waitFor();
    await eventually(() => page.getByRole('option').count()).toBe(7);
    const rounds = (await page.getByRole('option').allInnerTexts()).map((text) => Number(/Round (\d+)/.exec(text)?.[1]));
    expect(rounds).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await page.getByRole('option', { name: /done/ }).first().click();
    await eventually(() => inspector.innerText()).toMatch(/name: [\s\S]*bytes: \d+[\s\S]*words: \d+/);
    await inspector.getByRole('tab', { name: 'Input' }).click();
    await eventually(() => inspector.innerText()).toMatch(/\d+ (characters|values?|items?)|date|Monday|language|Plan|read/i);
    await inspector.getByRole('tab', { name: 'Attempts' }).click();
    await inspector.getByText('Attempt 1').waitFor();
    await keepPicture(page, 'canvas-inspector');
  });
});

describe('drawing by mouse', () => {
  let id = '';
  test('nodes come from the searchable palette and are joined by a drag', async () => {
    const { page } = app;
    id = await newWorkflow();
    await addFromPalette('parameter');
    await cardOf(page, 'Input').waitFor();
    await addFromPalette('text template');
    await cardOf(page, 'Text template').waitFor();
    await addFromPalette('output');
    await cardOf(page, 'Output').waitFor();
    await wholeGraph();
    await connect(cardOf(page, 'Input'), cardOf(page, 'Text template'));
    await connect(cardOf(page, 'Text template'), cardOf(page, 'Output'));
    await eventually(() => page.locator('.react-flow__edge').count()).toBe(2);
    await saved(page);
    expect((await stored(id)).edges).toHaveLength(2);
  });

  test('a wrong connection is refused with words, and nothing is joined', async () => {
    const { page } = app;
    await connect(cardOf(page, 'Output'), cardOf(page, 'Text template'));
    await page
      .getByText(/already gets its input from another node|This would make a circle/)
      .first()
      .waitFor();
    await eventually(() => page.locator('.react-flow__edge').count()).toBe(2);
    await keepPicture(page, 'canvas-refused');
  });

  test('the inspector sets a node up, the keys undo and redo, and a reload finds all of it', async () => {
    const { page } = app;
    await cardOf(page, 'Text template').dblclick();
    // It opens the node; a palette is for the empty ground.
    await eventually(() => page.getByRole('combobox', { name: 'Search nodes and tools' }).count()).toBe(0);
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'Set up' }).click();
    const text = inspector.getByRole('textbox', { name: /^Template/ }).first();
    await text.fill('Good day, {{ input }}!');
    await text.blur();
    await saved(page);
    await eventually(async () => (await stored(id)).nodes.find((node) => node.kind === 'data.template')?.config.text).toBe(
      'Good day, {{ input }}!',
    );

    await cardOf(page, 'Output').click();
    await page.keyboard.press('Delete');
    await eventually(() => page.locator('.react-flow__node').count()).toBe(2);
    await page.keyboard.press('Control+z');
    await eventually(() => page.locator('.react-flow__node').count()).toBe(3);
    await eventually(() => page.locator('.react-flow__edge').count()).toBe(2);
    await page.keyboard.press('Control+Shift+z');
    await eventually(() => page.locator('.react-flow__node').count()).toBe(2);
    await page.keyboard.press('Control+z');
    await eventually(() => page.locator('.react-flow__edge').count()).toBe(2);
    await saved(page);

    await page.reload();
    await eventually(() => page.locator('.react-flow__edge').count()).toBe(2);
    await cardOf(page, 'Text template').dblclick();
    await inspector.getByRole('tab', { name: 'Set up' }).click();
    expect(
      await inspector
        .getByRole('textbox', { name: /^Template/ })
        .first()
        .inputValue(),
    ).toBe('Good day, {{ input }}!');
  });

  test('and it runs', async () => {
    const { page } = app;
    await runButton(page).click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox').first().fill('Anna');
    await form.getByRole('button', { name: 'Run' }).click();
    await timeline(page).getByText('Done', { exact: true }).waitFor();
    await cardOf(page, 'Output').click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'Output' }).click();
    await inspector.getByText('Good day, Anna!').first().waitFor();
  });
});

/** The title of the node that has the focus itself; undefined when something else has it. */
const focusedNode = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const active = document.activeElement;
    return active?.classList.contains('react-flow__node') ? active.querySelector('.wf-title')?.textContent : undefined;
  });

test('the keyboard alone adds, connects and runs', async () => {
  const { page } = app;
  await app.go('/workflows');
  await page.getByRole('heading', { name: 'Workflows' }).waitFor();
  await page.keyboard.press('Control+Shift+N');
  await page.getByText('Nothing here yet').waitFor();
  const palette = page.getByRole('combobox', { name: 'Search nodes and tools' });
  for (const name of ['Text template', 'Output']) {
    await page.keyboard.press('Control+Shift+A');
    await palette.waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await cardOf(page, name).waitFor();
    await palette.waitFor({ state: 'hidden' });
    // A new node has the focus.
    await eventually(() => focusedNode(page)).toBe(name);
  }
  await page.keyboard.press('Shift+Tab');
  await eventually(() => focusedNode(page)).toBe('Text template');
  await page.keyboard.press('c');
  await page.getByRole('dialog', { name: 'Connect to' }).waitFor();
  await page.keyboard.type('Out');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const target = page.getByRole('dialog').getByRole('button', { name: /^Output/ });
  await eventually(() => target.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await eventually(() => page.locator('.react-flow__edge').count()).toBe(1);
  // The template is still empty: Enter goes into the inspector, and from there by Tab to its first field.
  await cardOf(page, 'Text template').focus();
  await page.keyboard.press('Enter');
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Written by keyboard');
  await eventually(() => page.locator('.wf-inspector textarea').first().inputValue()).toBe('Written by keyboard');
  await page.keyboard.press('Control+Enter');
  await timeline(page).getByText('Done', { exact: true }).waitFor();
});

test('a node of an unknown kind stays as a placeholder, and a run is refused with its name', async () => {
  const { page } = app;
  const kept = { id: 'odd', kind: 'vendor.teleport', version: 3, position: { x: 0, y: 0 }, config: { speed: 9, inner: ['kept'] } };
  const made = await demo.attached.client.workflows.create({
    document: { format: 'orrery.workflow', formatVersion: 1, name: 'From elsewhere', description: '', nodes: [kept], edges: [] } as never,
  });
  await app.go(`/workflows/${made.id}`);
  const card = nodeOf(page, 'odd').locator('.wf-card');
  await card.getByText('Not known to this Orrery').waitFor();
  await eventually(() => card.getAttribute('data-unknown')).toBe('true');
  await runButton(page).click();
  await page
    .getByText(/vendor\.teleport/)
    .first()
    .waitFor();
  await eventually(() => timeline(page).count()).toBe(0);
  expect((await stored(made.id)).nodes[0]).toMatchObject(kept);
  await keepPicture(page, 'canvas-unknown-node');
});

test('all of it wrote no error to the console and asked nobody but the host', () => {
  expect(app.problems).toEqual([]);
  expect(app.strays).toEqual([]);
});
