// The templates that come with the app, run on a whole host over real folders: opened as a copy, started by hand or by their own
// trigger, their questions answered. Gives what a run brought forth.

import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Headless, startHeadless } from '../../electron/headless/index.ts';
import { headlessShell } from '../../electron/headless/shell.ts';
import { type OpenedHost, openHost } from '../../electron/host/open-host.ts';
import { findPlaces } from '../../electron/host/places.ts';
import type { Attached } from '../../electron/wires/attach.ts';
import type { JobId, RunId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import { parseWorkflowText, type WorkflowDocument } from '../../shared/model/workflow.ts';
import { attach } from './demo-host.ts';
import { until, watchdogMs } from './engine-lab.ts';
import { removeFolder, temporaryFolder } from './headless-host.ts';
import { fakeDesktop } from './jobs-lab.ts';

type Client = Attached['client'];

export interface Ended {
  status: string;
  error: string | undefined;
  outputs: Record<string, JsonValue>;
}

export async function openSamples() {
  const base = temporaryFolder('samples');
  const desktop = fakeDesktop();
  const page = path.join(base, 'page');
  mkdirSync(page);
  writeFileSync(path.join(page, 'index.html'), '<!doctype html><title>Orrery</title>');
  let host: OpenedHost;
  let web: Headless;
  let attached: Attached;
  const open = async () => {
    const opened = await openHost({
      kind: 'headless',
      dataFolder: path.join(base, 'data'),
      quiet: true,
      desktop: desktop.events,
      ...headlessShell,
    });
    if ('holder' in opened) throw new Error(opened.message);
    host = opened.host;
    web = await startHeadless({ host, rendererFolder: page, port: 0 });
    attached = await attach({ dataFolder: path.join(base, 'data') });
    await until(
      () => host.runtime.services.ports.tools.servers().some((server) => server.id === 'files' && server.state === 'ready'),
      'the files server is ready',
    );
  };
  const close = async () => {
    attached.close();
    await web.close();
    await host.close();
  };
  await open();
  let made = 0;
  const lab = {
    get client(): Client {
      return attached.client;
    },
    desktop,
    /** A folder of its own with these files; a number after the text is how many days old it is. */
    folder(files: Record<string, string | [string, number]> = {}): string {
      made += 1;
      const folder = path.join(base, `folder ${made}`);
      mkdirSync(folder);
      for (const [name, content] of Object.entries(files)) {
        const [text, days] = typeof content === 'string' ? [content, undefined] : content;
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        const at = new Date(Date.now() - (days ?? 0) * 86_400_000);
        if (days !== undefined) utimesSync(file, at, at);
      }
      return folder;
    },
    /** Waits until a run has ended. `answers` go to its questions, in order. */
    async end(id: RunId, answers: readonly JsonValue[] = []): Promise<Ended> {
      const { engine, inbox, ports } = host.runtime.services;
      const waiting = [...answers];
      let isOver = false;
      const over = engine.waitForEnd(id, AbortSignal.timeout(watchdogMs)).finally(() => {
        isOver = true;
      });
      over.catch(() => undefined);
      while (waiting.length > 0) {
        const open = () => ports.store.inbox.list({ status: 'open', limit: 50 }).find((item) => item.run === id);
        await until(() => isOver || open() !== undefined, 'a question');
        const item = open();
        if (item === undefined) break;
        inbox.answer(item.id, { kind: 'question', value: waiting.shift() ?? null });
      }
      const end = await over;
      return { status: end.status, error: end.error?.message, outputs: end.outputs ?? {} };
    },
    /** Opens a copy of a template and starts it by hand. */
    async run(file: string, inputs: Record<string, JsonValue> = {}, answers: readonly JsonValue[] = []): Promise<Ended> {
      const workflow = await attached.client.workflows.openSample({ file: `${file}.json` });
      const run = await attached.client.runs.start({ workflow: { id: workflow.id }, inputs });
      return lab.end(run.id, answers);
    },
    /** Opens a copy and turns its trigger on, with the folders it may use. */
    async turnOn(
      file: string,
      node: string,
      options: { folders: string[]; inputs: Record<string, JsonValue>; change?: (document: WorkflowDocument) => WorkflowDocument },
    ) {
      let workflow = await attached.client.workflows.openSample({ file: `${file}.json` });
      if (options.change !== undefined) {
        const { id, revision } = workflow;
        workflow = await attached.client.workflows.save({ id, revision, document: options.change(workflow) });
      }
      return attached.client.jobs.turnOn({
        workflow: workflow.id,
        node,
        grant: { tools: [], folders: options.folders },
        inputs: options.inputs,
      });
    },
    /** The newest run of a job, once there are so many. */
    async runOf(job: JobId, count = 1): Promise<RunId> {
      const { runs } = host.runtime.services.ports.store;
      const all = () => runs.list({ limit: 100, job });
      await until(() => all().length >= count, `${count} runs of the job`);
      const newest = all()[0];
      if (newest === undefined) throw new Error('There is no run of that job.');
      return newest.id;
    },
    async restart() {
      await close();
      await open();
    },
    async close() {
      await close();
      removeFolder(base);
    },
  };
  return lab;
}
export type SamplesLab = Awaited<ReturnType<typeof openSamples>>;

export const readTemplate = (file: string): WorkflowDocument =>
  parseWorkflowText(readFileSync(path.join(findPlaces().samples, `${file}.json`), 'utf8'), file);
