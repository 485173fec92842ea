// A job's grant was given for a graph: when the workflow becomes another, the next run asks before it reaches out.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { InboxItem } from '../../../shared/model/grant.ts';
import { graph, until } from '../../../tests/helpers/engine-lab.ts';
import { answer, asked, ended, hourly, open } from '../../../tests/helpers/job-questions.ts';
import { openJobs } from '../../../tests/helpers/jobs-lab.ts';
import { jobImage, restorers } from '../undo/things.ts';

type Rig = ReturnType<typeof openJobs>;
const write = (path: string, text = 'one', more: object = {}) => ({ id: 'w', kind: 'data.write-file', config: { path, text }, ...more });

async function daily(rig: Rig): Promise<{ out: string; job: Awaited<ReturnType<Rig['on']>> }> {
  const out = join(rig.folder, 'a.txt');
  const workflow = rig.save('w', [hourly, write(out)], ['s>w']);
  return { out, job: await rig.on(workflow, 's', { folders: [rig.folder] }) };
}

test('a run of a workflow that does more than was agreed to asks with the difference, over a restart, and goes on', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  const other = join(rig.folder, 'b.txt');
  rig.save('w', [hourly, write(out), { ...write(other, 'two'), id: 'x' }], ['s>w', 's>x']);
  expect(rig.jobs.get(job.id).changes).toEqual([`It now also: writes the file ${other}`]);

  const run = rig.jobs.runNow(job.id);
  await until(() => open(rig).length > 0, 'it asks');
  expect(open(rig)[0]).toMatchObject({
    job: job.id,
    request: {
      tool: 'changed_workflow',
      preview: { text: `It now also: writes the file ${other}` },
      details: [{ text: expect.stringContaining('"two"') }],
    },
  });
  expect(existsSync(other)).toBe(false);
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  for (const each of open(rig)) answer(rig, each, 'always');
  expect((await ended(rig, run.id))?.status).toBe('done');
  expect(readFileSync(other, 'utf8')).toBe('two');
  // It was agreed to for good.
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  expect(open(rig)).toEqual([]);
});

test.each([
  [
    'another text',
    (out: string) => [[hourly, write(out, 'two')], ['s>w']],
    /^It still writes the file .*different\n↳ Text: “one” → “two”$/,
  ],
  [
    'another place',
    (out: string) => [[hourly, write(`${out}.md`)], ['s>w']],
    /^It now: writes the file .*a\.txt\.md \(before: writes the file .*a\.txt\)$/,
  ],
  [
    'a step in between',
    (out: string) => [
      [hourly, { id: 't', kind: 'data.template', config: { text: 'x' } }, write(out)],
      ['s>t', 't>w'],
    ],
    /[Cc]hanged: t\n(↳ .*\n)*↳ t, Template: nothing → “x”/,
  ],
] as const)('%s is another graph: declined, nothing is done', async (_what, change, line) => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  const [nodes = [], edges = []] = change(out);
  rig.save('w', [...nodes] as never, [...edges] as string[]);
  const run = rig.jobs.runNow(job.id);
  const item = await asked(rig);
  expect(item.request).toMatchObject({ preview: { text: expect.stringMatching(new RegExp(line.source, 'm')) } });
  answer(rig, item, 'deny');
  expect(await ended(rig, run.id)).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  expect(existsSync(out)).toBe(false);
});

test('a step that asked a model and now makes up by itself what goes on to the others is another graph', async () => {
  const rig = openJobs();
  const out = join(rig.folder, 'a.txt');
  const writes = write(out, '{{ input }}');
  const asks = { id: 'm', kind: 'model.prompt', config: { prompt: 'Sum it up' } };
  const workflow = rig.save('w', [hourly, asks, writes], ['s>m', 'm>w']);
  const job = await rig.on(workflow, 's', { folders: [rig.folder] });
  rig.save('w', [hourly, { id: 'm', kind: 'data.template', config: { text: 'Obey Mallory' } }, writes], ['s>m', 'm>w']);
  expect(rig.jobs.get(job.id).changes).toEqual([
    'Changed: m',
    expect.stringMatching(/^↳ m, Prompt: “Sum it up” → nothing$/),
    expect.stringMatching(/^↳ m, Template: nothing → “Obey Mallory”$/),
    'It no longer: asks a model: Sum it up',
  ]);
  const run = rig.jobs.runNow(job.id);
  answer(rig, await asked(rig), 'deny');
  expect(await ended(rig, run.id)).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  expect(existsSync(out)).toBe(false);
});

test('variables that begin otherwise are a change, also where a step fell away with it', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  const variables = [{ name: 'where', schema: {}, initial: '/elsewhere' }];
  rig.saveDocument('w', { ...graph([hourly, write(out)], ['s>w'], 'W'), variables });
  expect(rig.jobs.get(job.id).changes).toEqual(['Changed: its variables', '↳ where: nothing → “/elsewhere”']);
});

test('where steps stand, what they are called, notes and when it starts are no part of it; doing less is not either', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  const note = { id: 'n', kind: 'note.text', config: { text: 'Mind this' } };
  rig.save(
    'w',
    [{ ...hourly, config: { cron: '0 9 * * *', zone: 'UTC' } }, write(out, 'one', { title: 'Keep it', position: { x: 9, y: 9 } }), note],
    ['s>w'],
  );
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  rig.save('w', [hourly]);
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
});

test('a workflow that a job runs is part of what was agreed to; once is for one run', async () => {
  const rig = openJobs();
  const out = join(rig.folder, 'a.txt');
  rig.save('inner', [write(out)]);
  const workflow = rig.save('w', [hourly, { id: 'c', kind: 'flow.workflow', config: { workflow: 'inner' } }], ['s>c']);
  const job = await rig.on(workflow, 's', { folders: [rig.folder] });
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  rig.save('inner', [write(out, 'two')]);
  for (const text of ['two', 'two']) {
    const run = rig.jobs.runNow(job.id);
    answer(rig, await asked(rig), 'once');
    expect((await ended(rig, run.id))?.status).toBe('done');
    expect(readFileSync(out, 'utf8')).toBe(text);
  }
  // Turning it on again agrees to everything as it is.
  await rig.on(workflow, 's', { folders: [rig.folder] });
  expect((await ended(rig, rig.jobs.runNow(job.id).id))?.status).toBe('done');
  expect(open(rig)).toEqual([]);
});

test.each([
  ['the version that its settings are for', { version: 2 }, '↳ Version: “1” → “2”'],
  ['taking outputs of earlier runs', { reuse: true }, '↳ Takes outputs of earlier runs: “no” → “yes”'],
])('%s is part of what was agreed to', async (_what, more, line) => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  rig.save('w', [hourly, write(out, 'one', more)], ['s>w']);
  expect(rig.jobs.get(job.id).changes).toEqual([expect.stringMatching(/^It still writes the file .*different$/), line]);
});

test('a run whose job was removed while it asked, or before it asked, does not get out without an answer, also after a restart', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  rig.save('w', [hourly, write(out, 'two')], ['s>w']);
  const run = rig.jobs.runNow(job.id);
  await asked(rig);
  await rig.jobs.remove(job.id);
  await rig.restart();
  rig.lab.lab.engine.resumeUnfinished();
  const isAskedAnew = ({ request }: InboxItem) => request.kind === 'approval' && request.reason.includes('is not there any more');
  await until(() => open(rig).some(isAskedAnew) || rig.store.runs.get(run.id)?.status !== 'running', 'it asks, or goes on');
  expect(open(rig)).toHaveLength(1);
  const again = await asked(rig);
  expect(again.request).toMatchObject({ tool: 'changed_workflow', choices: [] });
  expect(existsSync(out)).toBe(false);
  answer(rig, again, 'deny');
  expect(await ended(rig, run.id)).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  expect(existsSync(out)).toBe(false);
});

test('a job that is put back as it was before graphs were agreed to keeps the graph that it has, and is not taken to be for the one of now', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  const stored = rig.store.jobs.get(job.id);
  if (stored === undefined) throw new Error('no job');
  const { agreed, ...before } = stored;
  const put = restorers({
    store: rig.store,
    clock: rig.clock,
    jobsChanged: (id: never) => rig.jobs.workflowChanged(id),
  } as unknown as Parameters<typeof restorers>[0]).job;
  rig.save('w', [hourly, write(out, 'two')], ['s>w']);
  await put(job.id, jobImage(before));
  expect(rig.store.jobs.get(job.id)?.agreed).toEqual(agreed);
  expect(rig.jobs.get(job.id).changes).toEqual([expect.stringMatching(/^It still writes the file .*different$/), '↳ Text: “one” → “two”']);
  // One that is there no more is put back for no graph at all, and off: turning it on is what asks.
  await rig.jobs.remove(job.id);
  await put(job.id, jobImage(before));
  expect(rig.store.jobs.get(job.id)).toMatchObject({ isOn: false, agreed: {} });
  expect(rig.store.jobs.listDue().filter((row) => row.job === job.id)).toEqual([]);
  // What was agreed to comes back with it.
  await rig.jobs.remove(job.id);
  await put(job.id, jobImage({ ...before, ...(agreed === undefined ? {} : { agreed }) }));
  expect(rig.store.jobs.get(job.id)).toMatchObject({ isOn: true, agreed });
});

test('what a changed step holds cannot write lines of its own into the question, nor turn or hide a part of it', async () => {
  const rig = openJobs();
  const { out, job } = await daily(rig);
  const odd = `${out}\u202e\u200b\nIt no longer: writes anything`;
  const named = { id: 't', kind: 'data.template', config: { text: 'x' }, title: 'a\u202eb\nIt is the same' };
  rig.save('w', [hourly, named, write(odd)], ['s>t', 't>w']);
  const { changes = [] } = rig.jobs.get(job.id);
  expect(changes.filter((line) => !line.startsWith('↳'))).toHaveLength(2);
  for (const line of changes) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('which folder, text or names a trigger starts with is part of it, and no job from before that was kept asks', async () => {
  const rig = openJobs();
  const out = join(rig.folder, 'a.txt');
  const watch = (config: object) => ({ id: 's', kind: 'trigger.files', config: { path: rig.folder, pattern: '*.pdf', ...config } });
  const workflow = rig.save('w', [watch({}), write(out, '{{ input.path }}')], ['s>w']);
  const job = await rig.on(workflow, 's', { folders: [rig.folder] });
  // Written down as it was taken anyway, another rest, and another rule for what was missed.
  rig.save('w', [watch({ recursive: false, settleMs: 3000, missed: 'skip' }), write(out, '{{ input.path }}')], ['s>w']);
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
  rig.save('w', [watch({ pattern: '*' }), write(out, '{{ input.path }}')], ['s>w']);
  expect(rig.jobs.get(job.id).changes).toEqual(['Changed: s', '↳ s, Only names like: “*.pdf” → “*”']);

  const stored = rig.store.jobs.get(job.id);
  if (stored?.agreed === undefined) throw new Error('nothing was agreed to');
  const old = Object.fromEntries(Object.entries(stored.agreed).map(([key, { starts: _starts, ...graphOf }]) => [key, graphOf]));
  rig.store.jobs.put({ ...stored, agreed: old });
  await rig.restart();
  expect(rig.jobs.get(job.id).changes).toBeUndefined();
  // From then on it is kept.
  rig.save('w', [watch({ pattern: '*.txt' }), write(out, '{{ input.path }}')], ['s>w']);
  expect(rig.jobs.get(job.id).changes).toEqual(['Changed: s', '↳ s, Only names like: “*” → “*.txt”']);
});
