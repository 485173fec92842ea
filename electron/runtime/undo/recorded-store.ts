// The store with every change of configuration and memory written down, whoever makes it. Stores are synchronous, so who makes a change
// is known by `as`, which holds for one synchronous call; without it, it is the person. A test lists every writing method as covered
// here, or as none that people see, with a reason.

import type { AuditActor } from '../../../shared/model/audit.ts';
import { agentImage, memoryImage, memoryTitle, serverImage, workflowImage } from '../../../shared/model/change-image.ts';
import type { JobId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { settingName } from '../../../shared/model/setting-names.ts';
import { wordsOfGrant } from '../policy/grant-words.ts';
import type { Store } from '../ports.ts';
import { type By, type RecordDeps, recordSync, setOf } from './recorder.ts';
import { clientImage, jobImage, type Readers, readers, settingImage, standingImage, type ThingKind } from './things.ts';

export const thePerson: AuditActor = { kind: 'person', name: 'You' };
export const theApp: AuditActor = { kind: 'app', name: 'Orrery' };

export interface RecordedStore {
  store: Store;
  /** Changes made in `work`, which must not wait, are made by this one. */
  as<T>(by: By, work: () => T): T;
  /** Who makes what is changed now. */
  by(): By;
}

export function recordedStore(given: Store, deps: RecordDeps): RecordedStore {
  let by: By | undefined;
  const read: Readers = readers(given);

  /** `next`: the image it will have; null: it goes. */
  function around<T>(
    kind: ThingKind,
    target: string,
    title: string,
    next: string | null,
    write: () => T,
    { who = by ?? person(), cannotUndo }: { who?: By | undefined; cannotUndo?: string | undefined } = {},
  ): T {
    const before = read[kind](target);
    if (before === next) return write();
    // What follows from it (a workflow's jobs, a setting's neighbours) is of the same set.
    const own = { ...who, set: setOf(who, () => deps.ids.next()) };
    const record = recordSync(deps, own, { kind, target, title, before, intended: next, cannotUndo });
    let result: T;
    try {
      result = as(own, write);
    } catch (error) {
      record.failed();
      throw error;
    }
    // A save that lost against another one changed nothing.
    if (read[kind](target) === before) record.failed();
    else record.done();
    return result;
  }
  const person = (): By => ({ actor: thePerson });
  function as<T>(next: By, work: () => T): T {
    const outer = by;
    by = next;
    try {
      return work();
    } finally {
      by = outer;
    }
  }

  const titleOfJob = (id: JobId): string => {
    const job = given.jobs.get(id);
    return (job === undefined ? undefined : given.workflows.get(job.workflow)?.name) ?? id;
  };
  const grantTitle = (grant: StandingGrant): string => {
    const [what = grant.kind] = wordsOfGrant(grant);
    return `${grant.effect === 'deny' ? 'Never' : 'Always'} ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
  };
  const { workflows, agents, memory, jobs, servers, settings, grants, clients } = given;

  const store: Store = {
    ...given,
    workflows: {
      ...workflows,
      insert: (workflow) => around('workflow', workflow.id, workflow.name, workflowImage(workflow), () => workflows.insert(workflow)),
      update: (workflow, revision) =>
        around('workflow', workflow.id, workflow.name, workflowImage(workflow), () => workflows.update(workflow, revision)),
      remove: (id) => around('workflow', id, workflows.get(id)?.name ?? id, null, () => workflows.remove(id)),
    },
    agents: {
      ...agents,
      put(agent) {
        // The first one is made by the app, so that a first message needs no set-up.
        const isFirst = by === undefined && agents.list().length === 0;
        around('agent', agent.id, agent.name, agentImage(agent), () => agents.put(agent), isFirst ? { who: { actor: theApp } } : {});
      },
      remove: (id) => around('agent', id, agents.get(id)?.name ?? id, null, () => agents.remove(id)),
    },
    memory: {
      ...memory,
      put(item) {
        const same = memory.get(item.id) ?? (item.key === undefined ? undefined : memory.findByKey(item.key));
        const holder = item.key === undefined ? undefined : memory.findByKey(item.key);
        // Whoever else held its key is forgotten by the store.
        if (same !== undefined && holder !== undefined && holder.id !== same.id)
          around('memory', holder.id, memoryTitle(holder), null, () => memory.forget(holder.id));
        const next = { ...item, tags: [...new Set(item.tags)], ...(same === undefined ? {} : { id: same.id, createdAt: same.createdAt }) };
        return around('memory', next.id, memoryTitle(same ?? next), memoryImage(next), () => memory.put(item));
      },
      forget: (id) => around('memory', id, memoryTitleOf(memory.get(id), id), null, () => memory.forget(id)),
    },
    jobs: {
      ...jobs,
      put: (job) => around('job', job.id, workflows.get(job.workflow)?.name ?? job.id, jobImage(job), () => jobs.put(job)),
      putDue(rows, job) {
        if (job === undefined) return jobs.putDue(rows);
        around('job', job.id, workflows.get(job.workflow)?.name ?? job.id, jobImage(job), () => jobs.putDue(rows, job));
      },
      remove: (id) => around('job', id, titleOfJob(id), null, () => jobs.remove(id)),
    },
    servers: {
      ...servers,
      put: (config) => around('server', config.id, config.title, serverImage(config), () => servers.put(config)),
      remove: (id) => around('server', id, servers.list().find((each) => each.id === id)?.title ?? id, null, () => servers.remove(id)),
    },
    settings: {
      ...settings,
      put(next) {
        const now = settings.get();
        const keys = [...new Set([...Object.keys(now), ...Object.keys(next)])];
        const changed = keys.filter((key) => settingImage(now, key) !== settingImage(next, key));
        // One write changes all of them: the records are around it like the skins of an onion.
        const write = changed.reduceRight(
          (inner, key) => () => around('setting', key, settingName(key), settingImage(next, key), inner),
          () => settings.put(next),
        );
        write();
      },
    },
    clients: {
      ...clients,
      put(name, comes, ...rest) {
        // One that starts Orrery itself comes in by itself, under whatever name: nobody changed anything, and the access log tells of it.
        if (comes === 'local' && clients.get(name) === undefined) return clients.put(name, comes, ...rest);
        around('client', name, name, clientImage({ name, comes }), () => clients.put(name, comes, ...rest));
      },
      revoke(name, at) {
        const cannotUndo = clients.get(name)?.comes === 'token' ? tokenGone : undefined;
        around('client', name, name, null, () => clients.revoke(name, at), { cannotUndo });
      },
    },
    grants: {
      ...grants,
      put: (grant) => around('grant', grant.id, grantTitle(grant), standingImage(grant), () => grants.put(grant)),
      add(agent, grant, definition) {
        recordAdded({ deps, by: by ?? person(), grants, title: grantTitle }, () => grants.add(agent, grant, definition));
      },
    },
  };
  return {
    store,
    as,
    by: () => by ?? person(),
  };
}

const tokenGone = 'A token that was taken away is not given back: let the program in again, with a new one.';

const memoryTitleOf = (item: Parameters<typeof memoryTitle>[0] | undefined, id: string): string =>
  item === undefined ? id : memoryTitle(item);

/**
 * Which grant an answer makes is the store's to say, so what it made is found by comparing. A crash in between leaves a grant that
 * the page of grants shows and no change tells of: a grant only ever comes by a person's answer.
 */
function recordAdded(
  context: { deps: RecordDeps; by: By; grants: Store['grants']; title: (grant: StandingGrant) => string },
  write: () => void,
): void {
  const { deps, by, grants, title } = context;
  const before = new Map(grants.all().map((grant) => [grant.id, standingImage(grant)]));
  write();
  for (const grant of grants.all()) {
    const image = standingImage(grant);
    const old = before.get(grant.id) ?? null;
    if (image === old) continue;
    recordSync(deps, by, { kind: 'grant', target: grant.id, title: title(grant), before: old, intended: image }).done();
  }
}
