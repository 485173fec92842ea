// Calls about workflows, runs and jobs: how a person does each here.

import type { DueId } from '../../../shared/model/ids.ts';
import type { DueRun } from '../../../shared/model/job.ts';
import { type Act, ended, going, hooked, job, n8n, quick, stop, timed, to, workflow } from './kit.ts';

export const runsActs: Record<string, Act> = {
  'workflows.create': { do: (lab) => workflow(lab) },
  'workflows.save': to(workflow, ({ id, revision }, { page }) => page.workflows.save({ id, revision, document: quick() })),
  'workflows.remove': to(workflow, ({ id }, { page }) => page.workflows.remove({ id })),
  'workflows.duplicate': to(workflow, ({ id }, { page }) => page.workflows.duplicate({ id })),
  'workflows.importText': { do: ({ page }) => page.workflows.importText({ text: JSON.stringify(quick()) }) },
  'workflows.importForeign': { do: ({ page }) => page.workflows.importForeign({ text: n8n() }) },
  'workflows.readImportParts': to(
    ({ page }) => page.workflows.putImportPart({ upload: 'upload-of-a-test', index: 0, text: n8n() }),
    (_none, { page }) => page.workflows.readImportParts({ upload: 'upload-of-a-test', store: true }),
  ),
  'workflows.openSample': { do: ({ page }) => page.workflows.openSample({ file: 'daily-note.json' }) },

  'runs.start': { do: ended },
  'runs.cancel': to(going, (id, { page }) => page.runs.cancel({ id })),
  'runs.remove': to(ended, (id, { page }) => page.runs.remove({ id })),
  'runs.pause': to(going, async (id, lab) => {
    await lab.page.runs.pause({ id });
    await stop(lab, id);
  }),
  'runs.resume': to(
    async (lab) => {
      const id = await going(lab);
      await lab.page.runs.pause({ id });
      return id;
    },
    async (id, lab) => {
      await lab.page.runs.resume({ id });
      await stop(lab, id);
    },
  ),
  'runs.stepOnce': to(
    async ({ page }) => (await page.runs.start({ workflow: { document: quick() }, stepThrough: true })).id,
    (id, { page }) => page.runs.stepOnce({ id }),
  ),
  'runs.fork': to(ended, (id, { page }) => page.runs.fork({ id })),
  'runs.replay': to(ended, (id, { page }) => page.runs.replay({ id })),

  'queue.setPaused': {
    do: async ({ page }) => {
      await page.queue.setPaused({ isPaused: true });
      await page.queue.setPaused({ isPaused: false });
    },
  },
  'queue.setPriority': to(going, async (id, lab) => {
    await lab.page.queue.setPriority({ id, priority: 3 });
    await stop(lab, id);
  }),

  'jobs.turnOn': to(
    (lab) => workflow(lab, timed()),
    ({ id }, { page }) => page.jobs.turnOn({ workflow: id, node: 't', grant: { tools: [], folders: [] } }),
  ),
  'jobs.turnOff': to(job, ({ id }, { page }) => page.jobs.turnOff({ id })),
  'jobs.remove': to(job, ({ id }, { page }) => page.jobs.remove({ id })),
  'jobs.runNow': to(job, ({ id }, { page }) => page.jobs.runNow({ id })),
  'jobs.runMissed': to(
    async (lab) => {
      const { id } = await job(lab);
      const due: DueRun = { id: `due-${id}` as DueId, job: id, title: 'Timed', dueAt: 1, state: 'missed', reason: 'A test said so' };
      lab.host.runtime.services.ports.store.jobs.putDue([due]);
      return due.id;
    },
    (id, { page }) => page.jobs.runMissed({ id }),
  ),
  'jobs.renewWebhook': to(
    async (lab) => {
      const found = await job(lab, hooked());
      return found.id;
    },
    (id, { page }) => page.jobs.renewWebhook({ id }),
    { mayFail: 'Nothing listens for webhooks in this host.' },
  ),
};
