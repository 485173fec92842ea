// The stored things that are not files, each read as one text (its before-image) and put back from one. The only place that
// knows how a kind of configuration is written; recorded-store.ts, plan.ts and apply.ts ask here.

import { AppError } from '../../../shared/errors.ts';
import { type Agent, agent as agentShape } from '../../../shared/model/agent.ts';
import type { ChangeKind } from '../../../shared/model/change.ts';
import { agentImage, imageText, memoryImage, serverImage, workflowImage } from '../../../shared/model/change-image.ts';
import type { McpClient } from '../../../shared/model/client.ts';
import type { AgentId, JobId, MemoryId, SecretName, ServerId, WorkflowId } from '../../../shared/model/ids.ts';
import { memoryItem } from '../../../shared/model/memory.ts';
import { type StandingGrant, standingGrant } from '../../../shared/model/policy.ts';
import type { Settings, SettingsPatch } from '../../../shared/model/settings.ts';
import { serverConfig } from '../../../shared/model/tool.ts';
import { type Workflow, workflowDocument } from '../../../shared/model/workflow.ts';
import type { Clock, Store, StoredJob, ToolHost, Vault } from '../ports.ts';
import type { SettingsService } from '../services.ts';
import { namesFolders, refuseLedElsewhere } from './led-elsewhere.ts';

export type ThingKind = Exclude<ChangeKind, 'file' | 'folder'>;
export interface ThingDeps {
  /** Its writing methods record: putting back is a change like any other. */
  store: Store;
  clock: Pick<Clock, 'now'>;
  settings(): Pick<SettingsService, 'get' | 'change'>;
  tools: Pick<ToolHost, 'start' | 'remove' | 'servers'>;
  /** Stops and removes a job, at once. */
  removeJob(id: JobId): void;
  /** Where entries of the vault are put back. */
  vault?: Pick<Vault, 'keeper'> | undefined;
  /** Ends what the program has open, takes its grants back and lets it in no more. */
  revokeClient(name: string): Promise<void>;
  /** After a job was put back. */
  jobsChanged(workflow: WorkflowId): void;
}

/** Each reads what is there now; null: nothing. */
export type Readers = { [K in ThingKind]: (target: string) => string | null };

export function jobImage({ state: _state, updatedAt: _updatedAt, ...job }: StoredJob): string {
  return imageText(job);
}
/** A revoked grant is one that is not there; how often it was used is no part of it. */
export function standingImage({ uses: _uses, lastUsedAt: _lastUsedAt, revokedAt, ...grant }: StandingGrant): string | null {
  return revokedAt === undefined ? imageText(grant) : null;
}
export const settingImage = (settings: Settings, key: string): string | null => {
  const value = (settings as Record<string, unknown>)[key];
  return value === undefined ? null : imageText(value);
};

/** Of a program: whether it is let in, and how. When it was last there is no part of it, and neither is its token. */
export const clientImage = ({ name, comes, revokedAt }: Pick<McpClient, 'name' | 'comes' | 'revokedAt'>): string | null =>
  revokedAt === undefined ? imageText({ name, comes }) : null;

const orNull = <T>(value: T | undefined, image: (value: T) => string | null): string | null => (value === undefined ? null : image(value));

export function readers(store: Store, vault?: Pick<Vault, 'keeper'>): Readers {
  return {
    setting: (key) => settingImage(store.settings.get(), key),
    memory: (id) => orNull(store.memory.get(id as MemoryId), memoryImage),
    workflow: (id) => orNull(store.workflows.get(id as WorkflowId), workflowImage),
    agent: (id) => orNull(store.agents.get(id as AgentId), agentImage),
    job: (id) => orNull(store.jobs.get(id as JobId), jobImage),
    server: (id) =>
      orNull(
        store.servers.list().find((each) => each.id === id),
        serverImage,
      ),
    grant: (id) =>
      orNull(
        store.grants.all().find((each) => each.id === id),
        standingImage,
      ),
    secret: (name) => vault?.keeper?.images?.read(name as SecretName) ?? null,
    client: (name) => orNull(store.clients.get(name), clientImage),
  };
}

/** Puts a thing back from its image; null removes it. Throws AppErrors of the stores. */
export type Restorers = { [K in ThingKind]: (target: string, image: string | null) => void | Promise<void> };

export function restorers(deps: ThingDeps): Restorers {
  const { store, clock } = deps;
  const read = readers(store, deps.vault);
  const plain: Restorers = {
    setting: (key, image) => {
      // The only value that may be absent is the default model.
      const value = image === null ? (key === 'defaultModel' ? null : undefined) : (JSON.parse(image) as unknown);
      if (value === undefined) throw new AppError('setting-invalid', `${key} had no value of its own.`, { hint: 'Set it in Settings.' });
      deps.settings().change({ [key]: value } as SettingsPatch);
    },
    memory: (id, image) => {
      if (image === null) store.memory.forget(id as MemoryId);
      else store.memory.put(memoryItem.parse(JSON.parse(image)));
    },
    workflow: (id, image) => restoreWorkflow(deps, id as WorkflowId, image),
    agent(id, image) {
      if (image === null) store.agents.remove(id as AgentId);
      else store.agents.put(agentShape.parse({ ...(JSON.parse(image) as Agent), updatedAt: clock.now() }));
    },
    job: (id, image) => restoreJob(deps, id as JobId, image),
    server: (id, image) => restoreServer(deps, id as ServerId, image),
    async secret(name, image) {
      const images = deps.vault?.keeper?.images;
      if (images === undefined) throw new AppError('not-on-this-host', 'This host has no vault of its own.');
      await images.restore(name as SecretName, image);
    },
    async client(name, image) {
      if (image === null) return deps.revokeClient(name);
      const { comes } = JSON.parse(image) as Pick<McpClient, 'comes'>;
      if (comes === 'token')
        throw new AppError('client-token-gone', `The token of ${name} is not given back once it was taken away.`, {
          hint: 'Let the program in again: it gets a new one.',
        });
      store.clients.put(name, comes, undefined, clock.now());
    },
    grant(id, image) {
      const now = store.grants.all().find((each) => each.id === id);
      if (image === null) {
        if (now !== undefined) store.grants.put({ ...now, revokedAt: clock.now() });
        return;
      }
      const { revokedAt: _revokedAt, ...kept } = now ?? { uses: 0 };
      store.grants.put(standingGrant.parse({ ...kept, ...(JSON.parse(image) as object) }));
    },
  };
  const checked = Object.entries(plain).map(([kind, restore]) => [
    kind,
    (target: string, image: string | null) => {
      if (namesFolders(kind)) refuseLedElsewhere(store, kind, target, image, read[kind as ThingKind](target));
      return restore(target, image);
    },
  ]);
  return Object.fromEntries(checked) as Restorers;
}

function restoreWorkflow({ store, clock }: ThingDeps, id: WorkflowId, image: string | null): void {
  if (image === null) {
    store.workflows.remove(id);
    return;
  }
  const { createdAt, id: _id, ...document } = JSON.parse(image) as Workflow;
  const now = store.workflows.get(id);
  const next: Workflow = {
    ...workflowDocument.parse(document),
    ...{ id, createdAt, revision: (now?.revision ?? 0) + 1, updatedAt: clock.now() },
  };
  if (now === undefined) store.workflows.insert(next);
  else if (!store.workflows.update(next, now.revision))
    throw new AppError('workflow-changed-elsewhere', `“${now.name}” was changed meanwhile.`, { hint: 'Look at it, then undo again.' });
}

/** What a trigger remembers stays as it is now: going back there would bring back what is over. */
function restoreJob({ store, clock, removeJob, jobsChanged }: ThingDeps, id: JobId, image: string | null): void {
  const now = store.jobs.get(id);
  if (image === null) {
    if (now !== undefined) removeJob(id);
    return;
  }
  const job = JSON.parse(image) as Omit<StoredJob, 'state' | 'updatedAt'>;
  if (store.workflows.get(job.workflow) === undefined)
    throw new AppError('workflow-not-found', 'The workflow of this job is not there any more.', { hint: 'Bring the workflow back first.' });
  // An image from before graphs were agreed to says none: it must not be taken for a yes to the graph of now, so the job comes back off.
  const known = job.agreed ?? now?.agreed;
  const next: StoredJob = {
    ...job,
    ...{ agreed: known ?? {}, isOn: job.isOn && known !== undefined, state: now?.state ?? {}, updatedAt: clock.now() },
  };
  if (next.isOn) store.jobs.put(next);
  else {
    const dropped = store.jobs.listDue().filter((row) => row.job === id);
    store.jobs.putDue(
      dropped.map((row) => ({ ...row, state: 'dropped', reason: 'The job was turned off', settledAt: clock.now() })),
      next,
    );
  }
  jobsChanged(job.workflow);
}

/** Whether a job that is put back from this image must wait for a person to agree to its graph. */
export function comesBackOff(image: string, now: Pick<StoredJob, 'agreed'> | undefined): boolean {
  const { isOn, agreed } = JSON.parse(image) as Pick<StoredJob, 'isOn' | 'agreed'>;
  return isOn && agreed === undefined && now?.agreed === undefined;
}

function restoreServer({ store, tools }: ThingDeps, id: ServerId, image: string | null): void {
  if (image === null) store.servers.remove(id);
  else store.servers.put(serverConfig.parse(JSON.parse(image)));
  const config = store.servers.list().find((each) => each.id === id);
  // Its program follows; whether it starts is its status to say.
  void tools
    .remove(id)
    .then(() => (config?.enabled === true ? tools.start(config) : undefined))
    .catch(() => undefined); // a server's failure to start is shown with it
}
