// The jobs service over a real engine, a real SQLite file and real folders, with a clock that the test may drive. `restart` is a new
// start of the host on the same data.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFiles } from '../../electron/adapters/files/files.ts';
import type { LedTo } from '../../electron/adapters/files/granted-folders.ts';
import { sha256 } from '../../electron/adapters/hash.ts';
import { createWatch } from '../../electron/adapters/watch/watch.ts';
import { builtInNodes } from '../../electron/runtime/nodes/nodes.generated.ts';
import { createRegistry } from '../../electron/runtime/nodes/registry.ts';
import type { DesktopEvents, Ports } from '../../electron/runtime/ports.ts';
import type { Agents } from '../../electron/runtime/services.ts';
import { createJobs, type JobsService } from '../../electron/runtime/triggers/jobs.ts';
import { watchedWorkflows } from '../../electron/runtime/triggers/watched-workflows.ts';
import type { WorkflowId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import { FakeClock, settle } from '../torture/fake-clock.ts';
import { graph, type NodeSketch, openLab, until } from './engine-lab.ts';

export const noon = Date.UTC(2026, 10, 21, 12);

/** A desktop whose keys and clipboard the test presses and fills. */
export function fakeDesktop() {
  const keys = new Map<string, () => void>();
  const readers = new Set<(text: string) => void>();
  const events: DesktopEvents = {
    missing: {},
    onHotkey(accelerator, listener) {
      if (keys.has(accelerator)) throw Object.assign(new Error('taken'), { code: 'hotkey-taken' });
      keys.set(accelerator, listener);
      return () => keys.delete(accelerator);
    },
    onClipboard(listener) {
      readers.add(listener);
      return () => readers.delete(listener);
    },
  };
  return {
    events,
    press: (accelerator: string) => keys.get(accelerator)?.(),
    copy(text: string) {
      for (const reader of readers) reader(text);
    },
    keys,
    readers,
  };
}

/** `agents` does the tasks of agent nodes. */
export function openJobs(
  over: { desktop?: DesktopEvents; host?: 'headless' | 'cli'; agents?: Pick<Agents, 'runTask'>; ledTo?: LedTo } = {},
) {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'orrery-jobs-')));
  const folder = join(base, 'in');
  mkdirSync(folder);
  const clock = new FakeClock(noon);
  let starts = 0;
  let origin: string | undefined = 'http://127.0.0.1:4317';
  const { agents } = over;
  const ports: Partial<Ports> = {
    clock,
    tools: {
      tools: () => [],
      servers: () => [{ id: 'files', kind: 'built-in' }],
      onChange: () => () => undefined,
    } as unknown as Ports['tools'],
    watch: createWatch(),
    files: createFiles({ home: base, ...(over.ledTo === undefined ? {} : { ledTo: over.ledTo }) }),
    desktop: over.desktop ?? {
      missing: { hotkeys: 'Hotkeys need the desktop app.', clipboard: 'It needs the desktop app.' },
      onHotkey: () => () => undefined,
      onClipboard: () => () => undefined,
    },
    webhooks: { origin: () => origin, tokenOf: (job, renewal) => sha256(`${job} ${renewal}`) },
    host: { info: () => ({ host: over.host ?? 'headless', pid: 7, startedAt: starts }) } as unknown as Ports['host'],
  };
  const lab = openLab(builtInNodes, ports, agents === undefined ? {} : { agents: () => agents });
  let jobs: JobsService;
  let workflows: Ports['store']['workflows'];
  const start = (): void => {
    starts += 1;
    const { ports, engine, hub, inbox } = lab.lab;
    workflows = watchedWorkflows(ports.store.workflows, (id) => jobs.workflowChanged(id));
    jobs = createJobs({
      ports: Object.assign(Object.create(ports) as Ports, { store: { ...ports.store, workflows } }),
      registry: createRegistry({ nodes: builtInNodes, toolHost: ports.tools }),
      engine,
      hub,
      inbox,
    });
    jobs.start();
  };
  start();
  onTestFinished(async () => {
    await jobs.close();
    await lab.close();
    rmSync(base, { recursive: true, force: true });
  });
  const rig = {
    base,
    folder,
    clock,
    lab,
    get jobs(): JobsService {
      return jobs;
    },
    get store() {
      return lab.lab.ports.store;
    },
    setOrigin(now: string | undefined) {
      origin = now;
    },
    save(id: string, nodes: NodeSketch[], edges: string[] = []): WorkflowId {
      return this.saveDocument(id, graph(nodes, edges, `Workflow ${id}`));
    },
    saveDocument(id: string, document: WorkflowDocument): WorkflowId {
      const known = workflows.get(id as WorkflowId);
      const made = { ...document, id: id as WorkflowId, revision: (known?.revision ?? -1) + 1, createdAt: 1, updatedAt: 1 };
      if (known === undefined) workflows.insert(made);
      else workflows.update(made, known.revision);
      return made.id;
    },
    removeWorkflow: (id: WorkflowId) => workflows.remove(id),
    on: (workflow: WorkflowId, node: string, more: { folders?: string[]; inputs?: Record<string, JsonValue> } = {}) =>
      jobs.turnOn({ workflow, node, grant: { tools: [], folders: more.folders ?? [] }, inputs: more.inputs ?? {} }),
    /** Runs that jobs started, oldest first, with what their trigger brought. */
    runs() {
      const all = lab.lab.ports.store.runs
        .list({ limit: 500 })
        .filter((run) => run.origin.kind === 'job')
        .reverse();
      return all.map((run) => ({ ...run, payload: lab.lab.ports.store.runs.getDetails(run.id)?.trigger?.payload }));
    },
    async pass(ms: number) {
      await clock.pass(ms);
      await settle();
    },
    untilRuns: (count: number) => until(() => rig.runs().length >= count, `${count} runs`),
    async stop() {
      await jobs.close();
    },
    async restart() {
      await jobs.close();
      await lab.reopen();
      start();
      await settle();
    },
  };
  return rig;
}
