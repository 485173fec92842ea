import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { AgentId, ConversationId, JobId, MessageId, RunId, ServerId } from '../../../shared/model/ids.ts';
import { until } from '../../../tests/helpers/engine-lab.ts';
import { fakeDesktop, openJobs } from '../../../tests/helpers/jobs-lab.ts';
import { settle } from '../../../tests/torture/fake-clock.ts';

const files = (folder: string, config: Record<string, string | number | boolean> = {}) => ({
  id: 'f',
  kind: 'trigger.files',
  config: { path: folder, settleMs: 150, ...config },
});
type Rig = ReturnType<typeof openJobs>;
const isWatching = (rig: Rig, id: JobId) => until(() => rig.store.jobs.get(id)?.state.seen !== undefined, 'the folder was looked at');
const payloads = (rig: Rig) => rig.runs().map((run) => run.payload);

describe('files', () => {
  test('a file that is added and wanted starts a run of its own; what was there, and others, start none', async () => {
    const rig = openJobs();
    writeFileSync(join(rig.folder, 'old.pdf'), 'old');
    const job = await rig.on(rig.save('w', [files(rig.folder, { pattern: '*.pdf' })]), 'f', { folders: [rig.folder] });
    await isWatching(rig, job.id);
    writeFileSync(join(rig.folder, 'note.txt'), 'no');
    writeFileSync(join(rig.folder, 'a.pdf'), 'abc');
    writeFileSync(join(rig.folder, 'b.pdf'), 'abcd');
    await rig.untilRuns(2);
    expect(payloads(rig).map((each) => each as { name: string; size: number; event: string })).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'added', name: 'a.pdf', size: 3 }),
        expect.objectContaining({ name: 'b.pdf', size: 4 }),
      ]),
    );
    expect(rig.runs()).toHaveLength(2);
  });

  test('a file that comes as soon as the job is said to be on starts a run', async () => {
    const rig = openJobs();
    for (let at = 0; at < 200; at += 1) writeFileSync(join(rig.folder, `old-${at}`), 'old');
    await rig.on(rig.save('w', [files(rig.folder)]), 'f', { folders: [rig.folder] });
    writeFileSync(join(rig.folder, 'new'), 'new');
    await rig.untilRuns(1);
    expect(payloads(rig)).toMatchObject([{ name: 'new' }]);
  });

  test('a burst can be one run with the list', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [files(rig.folder, { batch: 'list' })]), 'f', { folders: [rig.folder] });
    await isWatching(rig, job.id);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(rig.folder, name), name);
    await until(() => payloads(rig).flatMap((each) => (each as { files: unknown[] }).files).length === 3, 'three files told');
    expect(rig.runs().length).toBeLessThan(3);
  });

  test.each([
    ['all', 2],
    ['once', 1],
    ['skip', 0],
  ])('what changed while the host was closed follows the rule %s', async (missed, runs) => {
    const rig = openJobs();
    writeFileSync(join(rig.folder, 'kept.txt'), 'same');
    const job = await rig.on(rig.save('w', [files(rig.folder, { missed, removed: true, changed: true })]), 'f', { folders: [rig.folder] });
    await isWatching(rig, job.id);
    await rig.stop();
    writeFileSync(join(rig.folder, 'new.txt'), 'new');
    writeFileSync(join(rig.folder, 'kept.txt'), 'longer than before');
    await rig.restart();
    if (runs === 0) await until(() => rig.jobs.listPast({ state: ['missed'], limit: 9 }).length === 1, 'a missed row');
    await rig.untilRuns(runs);
    expect(rig.runs()).toHaveLength(runs);
    if (runs === 0) expect(rig.jobs.listPast({ limit: 9 })[0]?.reason).toBe('2 files changed while nobody watched');
    if (runs === 1) {
      const [{ files: told }] = payloads(rig) as [{ files: { event: string }[] }];
      expect(told.map(({ event }) => event).sort()).toEqual(['added', 'changed']);
    }
  });

  test('another folder in the node takes another grant', async () => {
    const rig = openJobs();
    const workflow = rig.save('w', [files(rig.folder)]);
    const job = await rig.on(workflow, 'f', { folders: [rig.folder] });
    await isWatching(rig, job.id);
    rig.save('w', [files(rig.base)]);
    await until(() => rig.jobs.get(job.id).trouble?.code === 'folder-not-granted', 'told that it is not granted');
    writeFileSync(join(rig.base, 'a.txt'), 'x');
    await rig.pass(11_000);
    expect(rig.runs()).toEqual([]);
    expect((await rig.on(workflow, 'f', { folders: [rig.base] })).trouble).toBeUndefined();
  });

  test('~ in its path and its grant is the home folder, and shown whole', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [files('~/in')]), 'f', { folders: ['~/in'] });
    expect(job).toMatchObject({ when: `When a file is added in ${rig.folder}`, grant: { folders: [rig.folder] } });
    expect(job.trouble).toBeUndefined();
    await isWatching(rig, job.id);
    writeFileSync(join(rig.folder, 'a.txt'), 'x');
    await rig.untilRuns(1);
    expect(payloads(rig)).toMatchObject([{ path: join(rig.folder, 'a.txt') }]);
  });

  test('a granted folder that was replaced by a link to another is not watched, and says where it leads', async () => {
    const rig = openJobs({ ledTo: (folder) => folder });
    const elsewhere = join(rig.base, 'elsewhere');
    mkdirSync(elsewhere);
    const job = await rig.on(rig.save('w', [files(rig.folder)]), 'f', { folders: [rig.folder] });
    await isWatching(rig, job.id);
    renameSync(rig.folder, `${rig.folder}-before`);
    symlinkSync(elsewhere, rig.folder);
    await until(() => rig.jobs.get(job.id).trouble !== undefined, 'told that it is gone');
    await rig.pass(11_000);
    await until(() => rig.jobs.get(job.id).trouble?.code === 'folder-leads-elsewhere', 'told where it leads');
    expect(rig.jobs.get(job.id).trouble?.message).toContain(elsewhere);
    writeFileSync(join(elsewhere, 'a.txt'), 'x');
    await rig.pass(11_000);
    expect(rig.runs()).toEqual([]);
  });

  test('a folder that goes away is told, and watched again when it is back', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [files(rig.folder)]), 'f', { folders: [rig.base] });
    await isWatching(rig, job.id);
    renameSync(rig.folder, `${rig.folder}-away`);
    await until(() => rig.jobs.get(job.id).trouble?.code === 'folder-not-found', 'told that it is gone');
    renameSync(`${rig.folder}-away`, rig.folder);
    writeFileSync(join(rig.folder, 'while-away.txt'), 'x');
    await rig.pass(11_000);
    await rig.untilRuns(1);
    expect(rig.jobs.get(job.id).trouble).toBeUndefined();
    expect(payloads(rig)).toMatchObject([{ name: 'while-away.txt' }]);
  });
});

describe('on the desktop', () => {
  test('a hotkey starts a run; it is let go when the job is turned off', async () => {
    const desktop = fakeDesktop();
    const rig = openJobs({ desktop: desktop.events });
    const job = await rig.on(rig.save('w', [{ id: 'k', kind: 'trigger.hotkey', config: { keys: 'Ctrl+Alt+J' } }]), 'k');
    desktop.press('Ctrl+Alt+J');
    expect(payloads(rig)).toMatchObject([{ keys: 'Ctrl+Alt+J' }]);
    const other = rig.on(rig.save('v', [{ id: 'k', kind: 'trigger.hotkey', config: { keys: 'F9' } }]), 'k');
    expect((await other).trouble).toBeUndefined();
    await rig.jobs.turnOff(job.id);
    expect([...desktop.keys.keys()]).toEqual(['F9']);
  });

  test('copied text that fits starts a run', async () => {
    const desktop = fakeDesktop();
    const rig = openJobs({ desktop: desktop.events });
    await rig.on(rig.save('w', [{ id: 'c', kind: 'trigger.clipboard', config: { contains: 'HTTPS://' } }]), 'c');
    desktop.copy('just words');
    desktop.copy('see https://example.org');
    expect(payloads(rig)).toEqual([{ text: 'see https://example.org' }]);
  });

  test('a host without a desktop says why they cannot fire', async () => {
    const rig = openJobs();
    const job = await rig.on(rig.save('w', [{ id: 'k', kind: 'trigger.hotkey', config: { keys: 'F9' } }]), 'k');
    expect(job.trouble).toMatchObject({ code: 'not-on-this-host', message: 'Hotkeys need the desktop app.' });
  });
});

describe('runs that end', () => {
  const endOf = (workflow: string, status = 'any') => ({ id: 'r', kind: 'trigger.run-finished', config: { workflow, status } });

  test('start another, with what they gave', async () => {
    const rig = openJobs();
    const first = rig.save('first', [{ id: 'm', kind: 'trigger.manual' }]);
    const second = rig.save('second', [endOf('first', 'done')]);
    await rig.on(second, 'r');
    const document = rig.store.workflows.get(first);
    if (document === undefined) throw new Error('gone');
    const run = rig.lab.lab.engine.start({
      document,
      workflow: first,
      inputs: {},
      origin: { kind: 'manual', by: 'cli' },
      grant: { tools: [], folders: [] },
    });
    await rig.untilRuns(1);
    expect(payloads(rig)).toMatchObject([{ run: run.id, workflow: 'first', status: 'done', chain: 1 }]);
  });

  test('two that start each other are stopped after eight, and say so', async () => {
    const rig = openJobs();
    const a = rig.save('a', [{ id: 'm', kind: 'trigger.manual' }]);
    rig.save('a', [{ id: 'm', kind: 'trigger.manual' }, endOf('b')]);
    const b = rig.save('b', [endOf('a')]);
    rig.save('a', [{ id: 'm', kind: 'trigger.manual' }, endOf('b')]);
    const jobs = [await rig.on(b, 'r'), await rig.on(a, 'r')];
    const document = rig.store.workflows.get(a);
    if (document === undefined) throw new Error('gone');
    rig.lab.lab.engine.start({
      document,
      workflow: a,
      inputs: {},
      origin: { kind: 'manual', by: 'cli' },
      grant: { tools: [], folders: [] },
    });
    await until(() => jobs.some((job) => rig.jobs.get(job.id).trouble?.code === 'trigger-loop'), 'the loop is stopped');
    expect(rig.runs()).toHaveLength(8);
    await rig.pass(1);
    const halted = jobs.find((job) => rig.jobs.get(job.id).trouble !== undefined);
    const again = await rig.jobs.turnOn({ workflow: halted?.workflow as never, node: 'r', grant: { tools: [], folders: [] }, inputs: {} });
    expect(again.trouble).toBeUndefined();
  });
});

test('a start of the host starts a run once each time, not when the job is turned on', async () => {
  const rig = openJobs();
  await rig.on(rig.save('w', [{ id: 'a', kind: 'trigger.app-start', config: {} }]), 'a');
  expect(rig.runs()).toHaveLength(0);
  await rig.restart();
  expect(rig.runs()).toHaveLength(1);
  await rig.restart();
  expect(rig.runs()).toHaveLength(2);
});

test('a webhook is answered with its run only under its token, which can be renewed and shown again', async () => {
  const rig = openJobs();
  const job = await rig.on(rig.save('w', [{ id: 'h', kind: 'trigger.webhook', config: {} }]), 'h');
  const { token, url } = rig.jobs.getWebhook(job.id);
  expect(url).toBe(`http://127.0.0.1:4317/hooks/${job.id}/${token}`);
  expect(job.address).toBe(`http://127.0.0.1:4317/hooks/${job.id}`);
  expect(JSON.stringify(rig.store.jobs.get(job.id))).not.toContain(token);
  const call = (with_: string, method = 'POST') => rig.jobs.webhook(job.id, with_, { method, query: {}, headers: {}, body: { n: 1 } });
  expect(await call(`${token}x`)).toBeUndefined();
  const started = await call(token);
  expect(rig.runs()).toMatchObject([{ id: started?.run, payload: { method: 'POST', body: { n: 1 } } }]);
  await expect(call(token, 'GET')).rejects.toMatchObject({ code: 'webhook-method' });
  const renewed = rig.jobs.renewWebhook(job.id);
  expect(await call(token)).toBeUndefined();
  expect(await call(renewed.token)).toBeDefined();
  await rig.jobs.turnOff(job.id);
  expect(await call(renewed.token)).toBeUndefined();
  expect((await rig.on(job.workflow, 'h')).id).toBe(job.id);
  expect(rig.jobs.getWebhook(job.id).token).toBe(renewed.token);
  rig.setOrigin(undefined);
  expect(rig.jobs.get(job.id).trouble).toMatchObject({ code: 'webhook-needs-serve' });
});

describe('agents', () => {
  const chat = 'c1' as ConversationId;
  const agent = 'a1' as AgentId;
  async function openChat(config: Record<string, string>) {
    const rig = openJobs();
    const { store } = rig;
    store.chats.insert({ id: chat, title: 'Travel', agent, createdAt: 1, updatedAt: 1 });
    await rig.on(rig.save('w', [{ id: 'e', kind: 'trigger.agent-event', config }]), 'e');
    const answer = async (id: string, text: string, status: 'done' | 'failed' = 'done'): Promise<void> => {
      const run = id as RunId;
      const { hub } = rig.lab.lab;
      hub.create({
        id: run,
        title: 'Travel',
        kind: 'turn',
        origin: { kind: 'chat', conversation: chat },
        startedAt: 1,
        inputs: {},
        grant: { tools: [], folders: [] },
      });
      store.chats.putMessage(chat, {
        id: `m-${id}` as MessageId,
        role: 'agent',
        parts: [{ type: 'text', text }],
        createdAt: 1,
        run,
        state: status,
      });
      await hub.record(run, { type: 'run-end', at: 2, status });
    };
    return { rig, answer };
  }

  test('an answer that fits starts a run; others, and turns that failed, do not', async () => {
    const { rig, answer } = await openChat({ contains: 'train', agent });
    await answer('t1', 'Take the bus.');
    await answer('t2', 'Take the TRAIN.', 'failed');
    await answer('t3', 'Take the Train at nine.');
    expect(payloads(rig)).toEqual([{ event: 'answered', conversation: chat, agent, title: 'Travel', text: 'Take the Train at nine.' }]);
  });

  test('a question for approval in a conversation starts a run; one of a job’s own run does not', async () => {
    const { rig, answer } = await openChat({ event: 'approval' });
    await answer('t1', 'nothing to ask');
    const ask = (step: string, more: object): void => {
      const stop = new AbortController();
      void rig.lab.lab.inbox
        .ask(
          {
            run: 't1' as RunId,
            step,
            title: 'Travel',
            agent,
            request: {
              kind: 'approval',
              server: 'files' as ServerId,
              tool: 'write_text',
              args: {},
              hash: 'h',
              reason: 'It writes.',
              action: 'Write plan.md',
              undoable: false,
            },
            ...more,
          },
          { signal: stop.signal, waiting: async () => undefined, answered: async () => undefined },
        )
        .catch(() => undefined);
    };
    ask('s1', { job: 'some-job' as JobId });
    ask('s2', { conversation: chat, job: 'some-job' as JobId });
    ask('s3', { conversation: chat });
    await until(() => rig.runs().length > 0, 'told');
    expect(payloads(rig)).toMatchObject([{ event: 'approval', conversation: chat, text: expect.stringContaining('Write plan.md') }]);
  });
});

test('what a source tells while the disk is full is told again in its order', async () => {
  const desktop = fakeDesktop();
  const rig = openJobs({ desktop: desktop.events });
  await rig.on(rig.save('w', [{ id: 'c', kind: 'trigger.clipboard', config: {} }]), 'c');
  const { jobs } = rig.store;
  const { putDue } = jobs;
  jobs.putDue = () => {
    throw new AppError('disk-full', 'No room.');
  };
  desktop.copy('the first');
  await settle();
  expect(rig.jobs.list()[0]?.trouble?.code).toBe('disk-full');
  jobs.putDue = putDue;
  desktop.copy('the second');
  await rig.pass(30_000);
  expect(rig.runs().map((run) => run.payload)).toEqual([{ text: 'the first' }, { text: 'the second' }]);
  expect(rig.jobs.list()[0]?.trouble).toBeUndefined();
});
