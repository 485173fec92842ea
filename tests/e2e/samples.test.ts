// Every template: what each must have, and those that ask people, use models or start by themselves, run on a whole host: what they
// leave behind is looked at. Those that work on files and texts are in samples-files.test.ts.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPlaces } from '../../electron/host/places.ts';
import { shapeOf } from '../../renderer/features/workflow/model/geometry.ts';
import { outputsOf } from '../../shared/model/node-descriptor.ts';
import { watchdogMs } from '../helpers/engine-lab.ts';
import { openSamples, readTemplate, type SamplesLab } from '../helpers/samples-lab.ts';
import { startScriptedOllama } from '../helpers/scripted-ollama.ts';

const names = readdirSync(findPlaces().samples)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5));

let lab: SamplesLab;
beforeAll(async () => {
  lab = await openSamples();
});
afterAll(() => lab.close());

const eventually = async (isSo: () => Promise<boolean>): Promise<void> =>
  expect.poll(isSo, { timeout: watchdogMs, interval: 200 }).toBe(true);
const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');
const today = () => new Date().toISOString().slice(0, 10);

describe('every template', () => {
  test('there are at least twenty, each with a sentence about it, a picture and tags', async () => {
    const samples = await lab.client.workflows.listSamples();
    expect(samples.map((sample) => sample.file).sort()).toEqual(names.map((name) => `${name}.json`).sort());
    expect(samples.length).toBeGreaterThanOrEqual(20);
    for (const sample of samples) {
      expect(sample.description, sample.file).toMatch(/^[A-Z].{30,260}\.$/);
      expect(sample.sketch.nodes.length, sample.file).toBe(sample.nodeCount);
      expect(sample.sketch.edges.length, sample.file).toBeGreaterThan(0);
      expect(sample.tags.length, sample.file).toBeGreaterThan(0);
    }
    expect(new Set(samples.map((sample) => sample.name)).size).toBe(samples.length);
    expect(samples.filter((sample) => sample.tags.includes('models')).length).toBeLessThanOrEqual(3);
  });

  test.each(names)('%s has no fault and no remark, and is laid out without overlaps', async (name) => {
    const document = readTemplate(name);
    expect(await lab.client.workflows.check({ document })).toEqual([]);
    const types = await lab.client.workflows.listNodeTypes();
    const boxes = document.nodes.flatMap((node) => {
      const type = types.find((each) => each.entry === node.kind);
      if (type === undefined || node.kind === 'note.text') return [];
      expect(node.version, node.id).toBe(type.version);
      const { width, height } = shapeOf(type.inputs, outputsOf(type, node), false);
      return [{ id: node.id, ...node.position, right: node.position.x + width, bottom: node.position.y + height }];
    });
    const touching = boxes.flatMap((a, at) =>
      boxes
        .slice(at + 1)
        .flatMap((b) => (a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom ? [`${a.id} on ${b.id}`] : [])),
    );
    expect(touching).toEqual([]);
    for (const node of document.nodes)
      if (node.kind === 'flow.input') expect(node.config.label, `${name}: ${node.id}`).toEqual(expect.stringMatching(/\S/));
  });
});

describe('people and models', () => {
  test('ask before saving: a yes writes, a no does not', async () => {
    const folder = lab.folder();
    const no = await lab.run('ask-before-saving', { folder, note: 'hello' }, [{ save: false }]);
    expect([no.status, readdirSync(folder)]).toEqual(['done', []]);
    await lab.run('ask-before-saving', { folder, note: 'hello' }, [{ save: true, name: 'mine' }]);
    expect(read(folder, 'mine.md')).toContain('hello');
  });

  test('meeting notes: a form becomes minutes', async () => {
    const folder = lab.folder();
    const answer = { decisions: '- ship it\nno cake', actions: 'Ada: write docs\nbook a room', next: 'Monday' };
    const end = await lab.run('meeting-notes', { folder, title: 'Émile & plan', people: 'Ada, Bo' }, [answer]);
    expect(end.status).toBe('done');
    expect(readdirSync(folder)).toEqual([`${today()}-émile-plan.md`]);
    const text = read(folder, `${today()}-émile-plan.md`);
    expect(text).toContain('· Ada, Bo');
    expect(text).toContain('- ship it\n- no cake');
    expect(text).toContain('- [ ] **Ada**: write docs\n- [ ] book a room');
    expect(text).toContain('Next: Monday');
  });

  test('summarise with a model: without one it says so; with one it remembers the answer', async () => {
    const folder = lab.folder({ 'a.txt': 'A long story.' });
    const inputs = { file: path.join(folder, 'a.txt') };
    await lab.client.settings.change({ providers: [] });
    const without = await lab.run('summarise-with-a-model', inputs);
    expect(without.status).toBe('failed');
    expect(without.error).toMatch(/model/i);
    const ollama = await startScriptedOllama({ models: [{ name: 'tiny:1b' }], replies: () => ({ text: 'Two sentences. In short.' }) });
    try {
      const provider = { id: 'ollama', type: 'ollama' as const, title: 'Ollama', baseUrl: ollama.url, enabled: true };
      await lab.client.settings.change({ providers: [provider], defaultModel: 'ollama/tiny:1b' });
      await lab.client.models.listProviders({ refresh: true });
      const end = await lab.run('summarise-with-a-model', inputs);
      expect(end.error).toBeUndefined();
      expect(end.outputs.summary).toBe('Two sentences. In short.');
    } finally {
      await ollama.close();
    }
  });
});

describe('those that start by themselves', () => {
  test('watch logs: by hand, and when a log really changes', async () => {
    const logs = lab.folder({ 'app.log': 'fine\n' });
    const notes = lab.folder();
    const quiet = await lab.run('watch-logs', { folder: notes, file: path.join(logs, 'app.log') });
    expect(quiet.outputs.quiet).toMatchObject({ count: 0 });
    const job = await lab.turnOn('watch-logs', 'changed', {
      folders: [logs, notes],
      inputs: { folder: notes },
      change: (document) => ({
        ...document,
        nodes: document.nodes.map((node) =>
          node.id === 'changed' ? { ...node, config: { ...node.config, path: logs, settleMs: 100 } } : node,
        ),
      }),
    });
    expect(job.trouble).toBeUndefined();
    // What is written before the watcher has looked once is what it starts from: the log grows until it is seen to change.
    let log = 'fine\n';
    const isSeen = async () => (await lab.client.runs.list({ job: job.id })).length > 0;
    await eventually(async () => {
      log += '2026 ERROR disk on fire\n';
      if (!(await isSeen())) writeFileSync(path.join(logs, 'app.log'), log);
      return isSeen();
    });
    const end = await lab.end(await lab.runOf(job.id), [{ keep: true, remark: 'again' }]);
    expect(end.status).toBe('done');
    const [note = ''] = readdirSync(notes);
    expect(read(notes, note)).toContain('ERROR disk on fire');
    expect(read(notes, note)).toContain('again');
  });

  test('weekly review: by hand, and as its schedule starts it', async () => {
    const folder = lab.folder({ 'new.txt': ['n', 1], 'below/two.txt': ['t', 2], 'old.txt': ['o', 20] });
    const end = await lab.run('weekly-review', { folder });
    expect(end.status).toBe('done');
    const text = read(folder, `review-${today()}.md`);
    expect(text).toContain('2 files changed');
    expect(text).toContain('- below: 1');
    expect(text).not.toContain('old.txt');
    const job = await lab.turnOn('weekly-review', 'friday', { folders: [folder], inputs: { folder } });
    const [next] = await lab.client.jobs.listNext({ job: job.id, limit: 1 });
    expect(new Date(next?.at ?? 0).getDay()).toBe(5);
    const run = await lab.client.jobs.runNow({ id: job.id });
    expect((await lab.end(run.id)).status).toBe('done');
  });

  test('clippings: by hand, and when a link is copied', async () => {
    const folder = lab.folder();
    const end = await lab.run('clippings', { folder, text: 'see https://a.example/p?utm_source=x&id=2&fbclid=9, ok' });
    expect(end.outputs.added).toMatchObject({ added: ['https://a.example/p?id=2'] });
    expect((await lab.run('clippings', { folder, text: 'nothing' })).outputs).toHaveProperty('none');
    const job = await lab.turnOn('clippings', 'copied', { folders: [folder], inputs: { folder } });
    expect(job.trouble).toBeUndefined();
    lab.desktop.copy('a password');
    lab.desktop.copy('https://b.example/#part and https://a.example/p?id=2');
    await lab.end(await lab.runOf(job.id));
    expect(read(folder, 'clippings.md')).toBe(`# Clippings\n- ${today()} https://a.example/p?id=2\n- ${today()} https://b.example/#part\n`);
  });

  test('webhook to file: by hand with the example, and when it is really called', async () => {
    const folder = lab.folder();
    expect((await lab.run('webhook-to-file', { folder })).outputs.fields).toEqual({ name: 'Example', value: 1 });
    const job = await lab.turnOn('webhook-to-file', 'called', { folders: [folder], inputs: { folder } });
    const { url } = await lab.client.jobs.getWebhook({ id: job.id });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ order: { id: 7 }, tags: ['a'] }),
    });
    expect(answer.status).toBe(202);
    const end = await lab.end(await lab.runOf(job.id));
    expect(end.outputs.fields).toEqual({ 'order.id': 7, tags: '["a"]' });
    const kept = readdirSync(folder).map((file) => JSON.parse(read(folder, file)) as { body: unknown });
    expect(kept.map((each) => each.body)).toContainEqual({ order: { id: 7 }, tags: ['a'] });
  });

  test('daily note: by hand, a second time nothing, and when the app starts', async () => {
    const folder = lab.folder({ '2026-01-02.md': '# x\n- [ ] call the bank\n- [x] done\n' });
    const end = await lab.run('daily-note', { folder });
    expect(end.outputs.carried).toEqual({ tasks: ['call the bank'] });
    const [note = ''] = readdirSync(folder).filter((file) => file !== '2026-01-02.md');
    expect(read(folder, note)).toContain('- [ ] call the bank');
    expect((await lab.run('daily-note', { folder })).outputs).toHaveProperty('there');
    const fresh = lab.folder();
    const job = await lab.turnOn('daily-note', 'start', { folders: [fresh], inputs: { folder: fresh } });
    await lab.restart();
    expect((await lab.end(await lab.runOf(job.id))).status).toBe('done');
    expect(existsSync(path.join(fresh, note))).toBe(true);
  });
});
