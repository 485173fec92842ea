// Every template is run over real folders on a whole host, and what it leaves behind is looked at: files, texts, outputs.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPlaces } from '../../electron/host/places.ts';
import { shapeOf } from '../../renderer/features/workflow/model/geometry.ts';
import { outputsOf } from '../../shared/model/node-descriptor.ts';
import { until, watchdogMs } from '../helpers/engine-lab.ts';
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

describe('files', () => {
  test('folder digest: a report, and the next one quotes the last', async () => {
    const folder = lab.folder({ 'a.txt': 'one two three\n', 'b.md': '# Four\n', 'c.bin': 'x' });
    const first = await lab.run('folder-digest', { folder });
    expect(first.status).toBe('done');
    expect(read(folder, 'orrery-digest.md')).toContain('3 files, 2 of them text');
    await lab.run('folder-digest', { folder });
    expect(read(folder, 'orrery-digest.md')).toContain('Last time:');
  });

  test('sort by kind: counts kinds, writes nothing', async () => {
    const folder = lab.folder({ 'a.png': '', 'b.md': '', 'c.csv': '', 'd.csv': '', 'e.xyz': '' });
    const end = await lab.run('sort-by-kind', { folder });
    expect(end.outputs.kinds).toEqual({ picture: 1, document: 1, data: 2, other: 1 });
    expect(readdirSync(folder)).toHaveLength(5);
  });

  test('rename by rule: shows the list, renames on a yes, and leaves all alone on a no', async () => {
    const folder = lab.folder({ 'scan.txt': ['1', 3], 'other.txt': ['2', 3], 'photo.jpg': ['3', 3] });
    const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
    const inputs = { folder, pattern: '{date} {name}.{ext}', contains: '.txt' };
    const no = await lab.run('rename-by-rule', inputs, [{ go: false }]);
    expect(no.outputs.answer).toEqual({ go: false });
    expect(readdirSync(folder).sort()).toEqual(['other.txt', 'photo.jpg', 'scan.txt']);
    const yes = await lab.run('rename-by-rule', inputs, [{ go: true }]);
    expect(yes).toMatchObject({ status: 'done', outputs: { renamed: [{}, {}] } });
    expect(readdirSync(folder).sort()).toEqual([`${day} other.txt`, `${day} scan.txt`, 'photo.jpg']);
    const again = await lab.run('rename-by-rule', inputs);
    expect(again.outputs.nothing).toMatchObject({ count: 0 });
  });

  test('rename by rule: names that are taken get a number', async () => {
    const folder = lab.folder({ 'a.txt': ['1', 2], 'b.txt': ['2', 1] });
    await lab.run('rename-by-rule', { folder, pattern: 'note.{ext}' }, [{ go: true }]);
    expect(readdirSync(folder).sort()).toEqual(['note 2.txt', 'note.txt']);
    expect(read(folder, 'note.txt')).toBe('1');
  });

  test('find duplicates: groups by content, with the real SHA-256, and says what it could not compare', async () => {
    const text = 'grüße, the same text 🌞\n'.repeat(9);
    const folder = lab.folder({ 'a.txt': text, 'below/b.txt': text, 'c.txt': text.replace('g', 'G'), 'd.txt': 'alone' });
    writeFileSync(path.join(folder, 'x.bin'), Buffer.alloc(Buffer.byteLength(text)));
    const end = await lab.run('find-duplicates', { folder });
    expect(end.outputs.duplicates).toEqual({
      groups: [
        {
          hash: createHash('sha256').update(text).digest('hex'),
          size: Buffer.byteLength(text),
          wasted: Buffer.byteLength(text),
          paths: [path.join(folder, 'a.txt'), path.join(folder, 'below/b.txt')],
        },
      ],
      wasted: Buffer.byteLength(text),
      notCompared: 1,
    });
    expect(read(folder, 'orrery-duplicates.md')).toContain('1 groups');
  });

  test('what is new: the second run tells what was added, changed and lost', async () => {
    const folder = lab.folder({ 'stays.txt': ['s', 2], 'changes.txt': ['c', 2], 'goes.txt': ['g', 2] });
    const first = await lab.run('whats-new', { folder });
    expect(first.outputs.changes).toMatchObject({ isFirst: true, count: 3 });
    writeFileSync(path.join(folder, 'changes.txt'), 'changed');
    writeFileSync(path.join(folder, 'fresh.txt'), 'f');
    rmSync(path.join(folder, 'goes.txt'));
    const second = await lab.run('whats-new', { folder });
    expect(second.outputs.changes).toEqual({
      isFirst: false,
      count: 3,
      added: ['fresh.txt'],
      changed: ['changes.txt'],
      gone: ['goes.txt'],
    });
    expect(read(folder, 'orrery-changes.md')).toMatch(/The last list of .* with 3 files\.[\s\S]*1 new, 1 changed, 1 gone/);
  });

  test('find and replace: shows the lines, changes files on a yes only', async () => {
    const folder = lab.folder({ 'a.txt': 'old name here\nand old\n', 'below/b.md': 'nothing', 'c.bin': 'old' });
    const inputs = { folder, find: 'old', replace: 'n$&w' };
    const no = await lab.run('find-and-replace', inputs, [{ go: false }]);
    expect(no.outputs.answer).toEqual({ go: false });
    expect(read(folder, 'a.txt')).toContain('old name');
    const yes = await lab.run('find-and-replace', inputs, [{ go: true }]);
    expect(yes.status).toBe('done');
    expect(read(folder, 'a.txt')).toBe('n$&w name here\nand n$&w\n');
    expect(read(folder, 'c.bin')).toBe('old');
    const none = await lab.run('find-and-replace', { ...inputs, find: 'not there' });
    expect(none.outputs.none).toMatchObject({ times: 0 });
  });

  test('all or none: all are changed, or all are as they were', async () => {
    const folder = lab.folder({ 'a.json': '{"editor":{"size":1}}', 'b.json': '{"x":true}' });
    const good = await lab.run('all-or-none', { folder, key: 'editor.size', value: 14 });
    expect(good.status).toBe('done');
    expect(JSON.parse(read(folder, 'a.json'))).toEqual({ editor: { size: 14 } });
    expect(JSON.parse(read(folder, 'b.json'))).toEqual({ x: true, editor: { size: 14 } });
    writeFileSync(path.join(folder, 'c.json'), '{ broken');
    const before = ['a.json', 'b.json', 'c.json'].map((file) => read(folder, file));
    const bad = await lab.run('all-or-none', { folder, key: 'editor.size', value: 99 });
    expect(bad.status).toBe('done');
    expect(JSON.stringify(bad.outputs.reason)).toContain('c.json is not JSON');
    expect(bad.outputs.put_back).toHaveLength(3);
    expect(['a.json', 'b.json', 'c.json'].map((file) => read(folder, file))).toEqual(before);
  });

  test('all or none: a run that is stopped half way puts everything back', async () => {
    const folder = lab.folder({ 'a.json': '{"size":1}', 'b.json': '{"size":2}' });
    const workflow = await lab.client.workflows.openSample({ file: 'all-or-none.json' });
    const inputs = { folder, key: 'size', value: 9 };
    const run = await lab.client.runs.start({ workflow: { id: workflow.id }, inputs, stepThrough: true });
    // One step after the other, until the first file is changed and the second is not.
    await eventually(async () => {
      if (read(folder, 'a.json') === '{"size":1}') await lab.client.runs.stepOnce({ id: run.id });
      return read(folder, 'a.json') !== '{"size":1}';
    });
    expect(read(folder, 'b.json')).toBe('{"size":2}');
    await lab.client.runs.cancel({ id: run.id });
    expect((await lab.end(run.id)).status).toBe('cancelled');
    expect([read(folder, 'a.json'), read(folder, 'b.json')]).toEqual(['{"size":1}', '{"size":2}']);
  });

  test('gentle search: the lines with the word, within its rate limit', async () => {
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`n${at}.txt`, at % 5 === 0 ? `x\nthe Word ${at}` : 'none']));
    const folder = lab.folder(files);
    const end = await lab.run('gentle-search', { folder, word: 'word' });
    expect(end.outputs.found).toContain('5 lines with “word” in 5 of 25 files.');
    expect(end.outputs.found).toContain('2: the Word 20');
  });

  test('wait for a text: waits for a file that is not there yet, and gives the line', async () => {
    const folder = lab.folder();
    const workflow = await lab.client.workflows.openSample({ file: 'wait-for-text.json' });
    const run = await lab.client.runs.start({ workflow: { id: workflow.id }, inputs: { folder, name: 'build.log', text: 'finished' } });
    const rounds = async () =>
      (await lab.client.runs.get({ id: run.id })).events.filter(({ event }) => 'step' in event && /^missing#/.test(event.step)).length;
    let seen = 0;
    await until(() => {
      void rounds().then((count) => {
        seen = count;
      });
      return seen > 0;
    }, 'a round without the file');
    writeFileSync(path.join(folder, 'build.log'), 'starting\nBuild FINISHED in 3 s\n');
    const end = await lab.end(run.id);
    expect(end.outputs.line).toMatchObject({ found: true, line: 'Build FINISHED in 3 s', number: 2 });
  });
});

describe('data and text', () => {
  test('CSV summary: groups, both ways of decimals, quoted cells', async () => {
    const folder = lab.folder({ 'in.csv': 'Kind;Amount;Note\nfood;12,50;"a;b"\ntrain;1.040,00;\nfood;7,50;"said ""x"""\n' });
    const end = await lab.run('csv-summary', { file: path.join(folder, 'in.csv'), folder });
    expect(end.outputs.groups).toEqual({
      by: 'Kind',
      sum: 'Amount',
      groups: [
        { name: 'train', count: 1, total: 1040 },
        { name: 'food', count: 2, total: 20 },
      ],
      rows: 3,
      total: 1060,
    });
    expect(read(folder, 'summary.md')).toContain('| food | 2 | 20 |');
    const wrong = await lab.run('csv-summary', { file: path.join(folder, 'in.csv'), folder, groupBy: 'Colour' });
    expect(wrong.status).toBe('failed');
  });

  test('convert: CSV to JSON, JSON to CSV, and neither', async () => {
    const folder = lab.folder({
      'a.csv': 'name,n\n"Doe, J",3\nX,007\n',
      'b.json': '[{"a":1,"b":"x,y"},{"a":null,"c":[1]}]',
      'c.txt': 'plain',
    });
    await lab.run('convert-csv-json', { file: path.join(folder, 'a.csv'), folder });
    expect(JSON.parse(read(folder, 'a.json'))).toEqual([
      { name: 'Doe, J', n: 3 },
      { name: 'X', n: '007' },
    ]);
    await lab.run('convert-csv-json', { file: path.join(folder, 'b.json'), folder });
    expect(read(folder, 'b.csv')).toBe('a,b,c\n1,"x,y",\n,,[1]\n');
    const none = await lab.run('convert-csv-json', { file: path.join(folder, 'c.txt'), folder });
    expect(none.outputs).toHaveProperty('not_converted');
  });

  test('invoices: facts in English and German, and what is missing', async () => {
    const folder = lab.folder({
      'a.txt': 'ACME\nInvoice No: INV-2026/17\nDate 2026-03-04\nSubtotal 100.00\nTotal: $1,119.50\n',
      'b.txt': 'Rechnung Nr. 4711\nDatum 01.02.2026\nGesamt 1.234,56 EUR\n',
      'c.txt': 'a letter',
    });
    const end = await lab.run('extract-invoices', { folder });
    expect(read(folder, 'invoices.csv')).toBe(
      'file,number,date,total,currency\na.txt,INV-2026/17,2026-03-04,1119.5,USD\nb.txt,4711,01.02.2026,1234.56,EUR\nc.txt,,,,\n',
    );
    expect(end.outputs.facts).toEqual({ count: 3, sums: { USD: 1119.5, EUR: 1234.56 }, toCheck: ['c.txt: number, date, total'] });
  });

  test('text statistics', async () => {
    const folder = lab.folder({ 'a.txt': 'The sun rises. The sun sets, and the long evening comes at last!\n' });
    const end = await lab.run('text-statistics', { file: path.join(folder, 'a.txt') });
    expect(end.outputs.numbers).toMatchObject({
      words: 13,
      sentences: 2,
      lines: 1,
      top: [{ word: 'sun', times: 2 }, {}, {}, {}, {}, {}, {}],
    });
    expect(end.outputs.summary).toContain('Longest sentence: The sun sets, and the long evening comes at last!');
  });

  test('reading list: folders, doubles, tracking parts', async () => {
    const html = `<!DOCTYPE NETSCAPE-Bookmark-file-1><DL><p>
      <DT><H3>Science</H3><DL><p>
        <DT><A HREF="https://a.example/x?utm_source=n&amp;id=1" ADD_DATE="1700000000">Stars &amp; dust</A>
        <DT><A HREF="https://a.example/x?id=1#top">Again</A></DL><p>
      <DT><A HREF="https://b.example/">B</A><DT><A HREF="javascript:alert(1)">no</A></DL>`;
    const folder = lab.folder({ 'bookmarks.html': html });
    const end = await lab.run('reading-list', { file: path.join(folder, 'bookmarks.html'), folder });
    expect(end.outputs.links).toMatchObject({ count: 2, doubles: 1 });
    const list = read(folder, 'reading-list.md');
    expect(list).toContain('## Science\n\n- [ ] [Stars & dust](https://a.example/x?id=1) (2023-11-14)');
    expect(list).not.toContain('javascript');
  });

  test('running total: a variable over rounds', async () => {
    const end = await lab.run('running-total', { expenses: '12.50 coffee\n40 train\n8,20 coffee', budget: 50 });
    expect(end.outputs.answer).toBe('Over budget by 10.7: it was passed with “train”.');
    expect(end.outputs.details).toMatchObject({ total: 60.7, kinds: { coffee: 20.7, train: 40 } });
    const fine = await lab.run('running-total', { expenses: '1 pen', budget: 50 });
    expect(fine.outputs.answer).toBe('49 of 50 is left.');
    expect((await lab.run('running-total')).outputs.answer).toContain('Over budget');
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
