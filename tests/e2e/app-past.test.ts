// Seeing and changing the past in a real browser: a run is opened as it was, forked from a step with something else than it gave,
// compared and replayed; a run goes one step at a time; a pin stands in for a node; large values and a failed run's attempts.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunId, WorkflowId } from '../../shared/model/ids.ts';
import { isRunOver } from '../../shared/model/run.ts';
import { workflowDocument } from '../../shared/model/workflow.ts';
import { removeFolder, temporaryFolder } from '../helpers/headless-host.ts';
import { heldText, recordMany } from '../helpers/many-changes.ts';
import { type App, type DemoApp, eventually, keepPicture, pictureOfFailure, startDemoApp } from './app-kit.ts';

const home = temporaryFolder('past');
const prices = path.join(home, 'prices.txt');
const large = path.join(home, 'large.txt');
let demo: DemoApp;
let app: App;
let workflow: WorkflowId;

const node = (id: string, kind: string, title: string, config: object, x: number, y = 0, more: object = {}) => ({
  id,
  kind,
  title,
  config,
  position: { x, y },
  ...more,
});
const edge = (from: string, to: string) => ({ id: `${from}-${to}`, from: { node: from, port: 'out' }, to: { node: to, port: 'in' } });

/** A number is summed up, said in words, and given. */
const sums = workflowDocument.parse({
  format: 'orrery.workflow',
  formatVersion: 1,
  name: 'Sums',
  nodes: [
    node('n', 'flow.input', 'Up to', { name: 'n', label: 'Up to which number?', type: 'number' }, 0),
    node('sum', 'data.transform', 'Sum up', { expression: '$sum([1..input])' }, 252),
    node('words', 'data.template', 'In words', { text: 'The sum is {{ input }}.' }, 504),
    node('result', 'flow.output', 'Result', { name: 'result' }, 756),
  ],
  edges: [edge('n', 'sum'), edge('sum', 'words'), edge('words', 'result')],
});

beforeAll(async () => {
  demo = await startDemoApp('empty', { width: 1440, height: 900 });
  app = demo.app;
  workflow = (await demo.attached.client.workflows.create({ document: sums })).id;
});
afterEach(pictureOfFailure('past', () => app.page));
afterAll(async () => {
  await demo?.close();
  removeFolder(home);
});

const client = () => demo.attached.client;
const over = async (id: RunId): Promise<RunId> => {
  await eventually(async () => isRunOver((await client().runs.get({ id, brief: true })).run.status)).toBe(true);
  return id;
};
const outputsOf = async (id: RunId) => {
  const end = (await client().runs.get({ id })).events.findLast(({ event }) => event.type === 'run-end')?.event;
  return end?.type === 'run-end' ? end.outputs : undefined;
};
/** The host has answered what the page asked of it last by this name. */
const isAnswered = (name: string): boolean => {
  const id = /^\{"i":"\w+"/.exec(app.sent.findLast((text) => text.includes(`"u":"/${name}"`)) ?? '')?.[0];
  return id !== undefined && app.received.some((text) => text.startsWith(`${id},`));
};
const detail = (): Locator => app.page.getByRole('region', { name: 'The chosen run' });
const inspector = (): Locator => app.page.locator('[data-inspector]');
const card = (id: string): Locator => app.page.locator(`.react-flow__node[data-id="${id}"] .wf-card`);
/** The run whose page is open, once it is another one than `before`. */
const opened = async (before: string): Promise<RunId> => {
  const now = (): string => decodeURIComponent(app.page.url().split('/runs/')[1] ?? before);
  await eventually(now).not.toBe(before);
  return now() as RunId;
};

async function openRun(id: RunId): Promise<void> {
  await app.go(`/runs/${id}`);
  await detail().getByRole('tab', { name: 'Graph' }).waitFor();
}

async function openStep(id: string, tab: string): Promise<void> {
  await app.page.locator(`.react-flow__node[data-id="${id}"]`).dblclick();
  await inspector().getByRole('tab', { name: tab }).click();
}

let first: RunId;
let changed: RunId;

test('a run is forked from a step with something else than it gave, and compared with where it came from', async () => {
  const { page } = app;
  first = await over((await client().runs.start({ workflow: { id: workflow }, inputs: { n: 4 } })).id);
  await openRun(first);
  await eventually(() => card('sum').getAttribute('data-state')).toBe('done');
  await openStep('sum', 'Output');
  await inspector().getByText('10', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Change what it gave' }).click();
  const form = page.getByRole('dialog', { name: 'Change what “Sum up” gave' });
  const value = form.getByRole('textbox').first();
  await value.fill('{ not json');
  await form.getByRole('button', { name: 'Start the new run' }).click();
  await form.getByText('One of the outputs is not valid JSON yet.').waitFor();
  expect((await client().runs.list({ limit: 10 })).length).toBe(1);
  await value.fill('99');
  await form.getByRole('button', { name: 'Start the new run' }).click();

  changed = await over(await opened(first));
  expect(await outputsOf(changed)).toEqual({ result: 'The sum is 99.' });
  expect(await outputsOf(first)).toEqual({ result: 'The sum is 10.' });
  await detail().getByRole('link', { name: 'fork of Run 1 from “Sum up”' }).waitFor();
  // What was not done again says so, in words.
  await eventually(() => card('n').locator('.wf-state .sr-only').textContent()).toBe('taken from an earlier run');
  await detail().getByRole('tab', { name: 'Result' }).click();
  await detail().getByText('The sum is 99.').waitFor();

  await detail().getByRole('button', { name: 'Compare…' }).click();
  await detail().getByText('3 steps differ').waitFor();
  await detail().getByText('1 step is the same').waitFor();
  await detail()
    .getByRole('button', { name: /^In words/ })
    .click();
  const lines = detail().getByRole('region', { name: 'Difference of “In words”' });
  await eventually(() => lines.locator('.diff-removed').innerText()).toContain('The sum is 10.');
  await eventually(() => lines.locator('.diff-added').innerText()).toContain('The sum is 99.');
  await keepPicture(page, 'past-compare');
});

test('a replay says that it is byte-equal, and a run from a step is done again from there on', async () => {
  const { page } = app;
  await openRun(first);
  await page.getByRole('button', { name: 'What to do with this run' }).click();
  await page.getByRole('menuitem', { name: 'Replay' }).click();
  const replay = await over(await opened(first));
  await detail().getByRole('link', { name: 'Byte-equal to Run 1' }).waitFor();
  expect(await outputsOf(replay)).toEqual(await outputsOf(first));

  await openRun(first);
  await openStep('words', 'Output');
  await page.getByRole('button', { name: 'Run again from here' }).click();
  const form = page.getByRole('dialog', { name: 'Run again from “In words”' });
  await form.getByRole('button', { name: 'Start the new run' }).click();
  const again = await over(await opened(first));
  const steps = await Promise.all(['sum', 'words'].map((step) => client().runs.getStep({ id: again, step })));
  expect(steps.map(({ from }) => from?.kind)).toEqual(['fork', undefined]);
});

test('a fork takes other inputs, and says that nothing can be taken over then', async () => {
  const { page } = app;
  await openRun(first);
  await page.getByRole('button', { name: 'What to do with this run' }).click();
  await page.getByRole('menuitem', { name: 'Fork…' }).click();
  const form = page.getByRole('dialog', { name: 'Fork Run 1' });
  await form.getByRole('button', { name: 'What Run 1 was given' }).click();
  await form.getByLabel(/Up to which number/).fill('6');
  await form.getByText('everything is done again').waitFor();
  await form.getByRole('button', { name: 'Start the new run' }).click();
  const other = await over(await opened(first));
  expect(await outputsOf(other)).toEqual({ result: 'The sum is 21.' });
  await page.getByRole('button', { name: 'Compare…' }).click();
  await detail().getByText('not the same').first().waitFor();
});

test('a run goes one step at a time from the canvas', async () => {
  const { page } = app;
  await app.go(`/workflows/${workflow}`);
  await page.getByRole('button', { name: 'Other ways to run it' }).click();
  await page.getByRole('menuitem', { name: 'Run one step at a time' }).click();
  const form = page.getByRole('dialog', { name: 'Run “Sums”' });
  expect(await form.getByRole('checkbox', { name: 'Hold before each step' }).isChecked()).toBe(true);
  await form.getByLabel(/Up to which number/).fill('3');
  await form.getByRole('button', { name: 'Run', exact: true }).click();
  const held = page.getByRole('region', { name: 'What the paused run waits for' });
  const done = async (): Promise<string[]> => {
    const states = await Promise.all(['n', 'sum', 'words', 'result'].map((id) => card(id).getAttribute('data-state')));
    return states.map((state) => state ?? '');
  };
  await held.getByText('Paused before “Up to”.').waitFor();
  await eventually(done).toEqual(['held', 'none', 'none', 'none']);
  for (const [next, states] of [
    ['Sum up', ['done', 'held', 'none', 'none']],
    ['In words', ['done', 'done', 'held', 'none']],
  ] as const) {
    await held.getByRole('button', { name: 'Do the next step' }).click();
    await held.getByText(`Paused before “${next}”.`).waitFor();
    await eventually(done).toEqual(states);
  }
  await keepPicture(page, 'past-stepwise');
  await held.getByRole('button', { name: 'Let it go on' }).click();
  await eventually(done).toEqual(['done', 'done', 'done', 'done']);
  await held.waitFor({ state: 'hidden' });
});

test('an output is pinned from an earlier run, stands in for its node, and the pin is taken off', async () => {
  const { page } = app;
  await openRun(changed);
  await openStep('sum', 'Output');
  await page.getByRole('button', { name: 'Pin this output' }).click();
  await page.getByText('“Sum up” is pinned').first().waitFor();
  const pinned = async () => (await client().workflows.get({ id: workflow })).nodes.find(({ id }) => id === 'sum')?.pinned;
  await eventually(pinned).toEqual({ out: 99 });
  const run = await over((await client().runs.start({ workflow: { id: workflow }, inputs: { n: 2 } })).id);
  expect(await outputsOf(run)).toEqual({ result: 'The sum is 99.' });

  await app.go(`/workflows/${workflow}`);
  await card('sum').locator('.wf-pin, .wf-state').getByText('pinned').first().waitFor({ state: 'attached' });
  await page.locator('.react-flow__node[data-id="sum"]').dblclick();
  await page.getByRole('button', { name: 'Take the pin off' }).click();
  await eventually(pinned).toBeUndefined();
});

test('a failed run shows its attempts, and goes on from there once the cause is mended', async () => {
  const { page } = app;
  const document = workflowDocument.parse({
    ...sums,
    name: 'Prices',
    nodes: [
      node('start', 'trigger.manual', 'Start', {}, 0),
      node('read', 'data.read-file', 'Read prices', { path: prices }, 252, 0, { retry: { times: 1, delayMs: 50 } }),
      node('result', 'flow.output', 'Result', { name: 'prices' }, 504),
    ],
    edges: [edge('start', 'read'), edge('read', 'result')],
  });
  const grant = { tools: [], folders: [home] };
  const failed = await over((await client().runs.start({ workflow: { document }, inputs: {}, grant })).id);
  await openRun(failed);
  await openStep('read', 'Attempts');
  await inspector().getByText('Attempt 2').waitFor();
  await inspector()
    .getByText(/Tried again at .* after 50 ms/)
    .waitFor();
  writeFileSync(prices, 'Tea 4.20');
  await page.getByRole('button', { name: 'Run again from here' }).click();
  const form = page.getByRole('dialog');
  await form.getByText('Its workflow is not stored').waitFor();
  await form.getByRole('button', { name: 'Start the new run' }).click();
  const mended = await over(await opened(failed));
  expect(await outputsOf(mended)).toEqual({ prices: { path: prices, text: 'Tea 4.20' } });
});

test('a value too large for the page is read on, part by part, and saved whole', async () => {
  const { page } = app;
  const text = 'All that was sold, line by line. '.repeat(40_000);
  writeFileSync(large, text);
  const document = workflowDocument.parse({
    ...sums,
    name: 'Large',
    nodes: [
      node('start', 'trigger.manual', 'Start', {}, 0),
      node('read', 'data.read-file', 'Read it all', { path: large, maxKilobytes: 4096 }, 252),
      node('result', 'flow.output', 'Result', { name: 'all' }, 504),
    ],
    edges: [edge('start', 'read'), edge('read', 'result')],
  });
  const run = await over((await client().runs.start({ workflow: { document }, inputs: {}, grant: { tools: [], folders: [home] } })).id);
  await openRun(run);
  await detail().getByRole('tab', { name: 'Steps' }).click();
  await detail()
    .getByRole('button', { name: /^Read it all/ })
    .click();
  const shown = page.getByRole('region', { name: 'Text of “out”' });
  await eventually(async () => (await shown.innerText()).length).toBeLessThan(500);
  await detail().getByRole('button', { name: 'Read it', exact: true }).click();
  await eventually(async () => (await shown.innerText()).length).toBeGreaterThan(10_000);
  const saving = page.waitForEvent('download');
  await detail().getByRole('button', { name: 'Save as a file' }).click();
  const saved = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as { text: string };
  expect(saved.text).toBe(text);
});

test('the list is filtered by state and origin, by words, and shown whole again', async () => {
  const { page } = app;
  await app.go('/runs');
  const list = page.getByRole('list', { name: 'Runs' });
  const numbers = async () => (await list.getByText(/^Run \d+$/).allInnerTexts()).map((words) => Number(words.slice(4)));
  const all = (await client().runs.list({ limit: 100, kind: 'workflow' })).map(({ number }) => number);
  await eventually(numbers).toEqual(all);
  const choose = async (name: string, option: string) => {
    await page.getByRole('combobox', { name }).click();
    await page.getByRole('option', { name: option }).click();
  };
  await choose('Show runs that were started', 'As a fork');
  const forks = (await client().runs.list({ limit: 100, origin: ['fork'] })).map(({ number }) => number);
  expect(forks.length).toBeGreaterThan(2);
  await eventually(numbers).toEqual(forks);
  await choose('Show runs that are', 'Failed');
  await page.getByText('No run matches').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Show all' }).last().click();
  await eventually(numbers).toEqual(all);
  await page.getByRole('textbox', { name: 'Search runs' }).fill('prices');
  await eventually(numbers).toEqual((await client().runs.list({ limit: 100, query: 'prices' })).map(({ number }) => number));
  await page.getByRole('textbox', { name: 'Search runs' }).fill('');
  await page.getByRole('group', { name: 'Which runs to show' }).getByRole('button', { name: 'Chat turns' }).click();
  await page.getByText('No chat turn yet').waitFor();
});

test('a set of any size is undone in the dialog: only what is in sight is in the page, one choice is for all, and it can be stopped', async () => {
  const { page } = app;
  const folder = path.join(home, 'archive');
  const there = (): number => readdirSync(folder).length;
  const database = path.join(demo.host.dataFolder, 'orrery.db');
  const { letGo } = recordMany(database, { folder, count: 240, conflicts: 3, cannot: 2, held: 40 });
  await app.go('/history/many');
  await page.getByText('200 of 240').waitFor();
  const open = async (): Promise<Locator> => {
    await page.getByRole('button', { name: 'Undo this run' }).click();
    return page.getByRole('dialog', { name: 'Undo' });
  };
  const dialog = await open();
  await dialog.getByText('3 things were changed since').waitFor();
  await dialog.getByRole('combobox', { name: 'What to do with all' }).click();
  await page.getByRole('option', { name: 'Put all back' }).click();
  await dialog.getByRole('list').evaluate((list) => {
    const box = list.closest('.overflow-y-auto');
    if (box !== null) box.scrollTop = box.scrollHeight;
  });
  await dialog.getByText('Removes the file note-0003.md').waitFor();
  expect(await dialog.getByRole('listitem').count()).toBeLessThan(120);
  await dialog.getByRole('button', { name: 'Undo 238 changes' }).click();
  // It waits for the one that is held until it was told to stop.
  await dialog.getByText(/^\d\d of 238 changes$/).waitFor();
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await eventually(() => isAnswered('undo/stop')).toBe(true);
  letGo();
  await page
    .getByText(/^Stopped: \d+ changes were not undone/)
    .first()
    .waitFor();
  expect(there()).toBeGreaterThan(100);
  // The rest is taken back.
  const rest = await open();
  await rest.getByRole('button', { name: /^Undo \d+ changes$/ }).click();
  await eventually(there).toBe(3);
  await eventually(() => readFileSync(path.join(folder, 'note-0200.md'), 'utf8')).toBe(heldText);
});

test('nothing wrote an error to the console or asked anybody but the host', () => {
  expect(app.problems).toEqual([]);
  expect(app.strays).toEqual([]);
});
