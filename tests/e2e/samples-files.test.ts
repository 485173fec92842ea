// The templates that work on files and texts, run over real folders on a whole host: what each leaves behind is looked at. The others,
// and what holds for every template, are in samples.test.ts.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until, watchdogMs } from '../helpers/engine-lab.ts';
import { openSamples, type SamplesLab } from '../helpers/samples-lab.ts';

let lab: SamplesLab;
beforeAll(async () => {
  lab = await openSamples();
});
afterAll(() => lab.close());

const eventually = async (isSo: () => Promise<boolean>): Promise<void> =>
  expect.poll(isSo, { timeout: watchdogMs, interval: 200 }).toBe(true);
const read = (folder: string, file: string): string => readFileSync(path.join(folder, file), 'utf8');

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
