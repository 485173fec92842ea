// The calls of webhooks: who may come in, and what their address is.

import { AppError, fromShape } from '../../../shared/errors.ts';
import type { JobId } from '../../../shared/model/ids.ts';
import type { Ports, StoredJob } from '../ports.ts';
import type { Jobs } from '../services.ts';
import type { ArmedJobs } from './armed-jobs.ts';
import type { Firing } from './firing.ts';
import { hookStateOf, isHookToken, newHook, showHook, type WebhookConfig } from './webhook.source.ts';

interface HookDeps {
  ports: Ports;
  armed: ArmedJobs;
  firing: Firing;
  must(id: JobId): StoredJob;
  changed(): void;
}

/** Compared with when there is no such job, so that it takes as long. */
const nobody = { renewal: 0, hash: '0'.repeat(64) };

export function webhookCalls({
  ports,
  armed,
  firing,
  must,
  changed,
}: HookDeps): Pick<Jobs, 'knowsWebhook' | 'webhook' | 'getWebhook' | 'renewWebhook'> {
  const { jobs } = ports.store;
  const hookOf = (id: JobId) => {
    const job = must(id);
    const hook = hookStateOf(job.state);
    if (job.kind !== 'trigger.webhook' || hook === undefined)
      throw new AppError('job-not-webhook', 'That job is not started by a webhook.', { hint: 'Choose a job with a webhook trigger.' });
    return { job, hook };
  };
  /** The job whose token that is. */
  const knownBy = (id: string, token: string): StoredJob | undefined => {
    const job = jobs.get(id as JobId);
    const hook = job === undefined || !job.isOn ? undefined : hookStateOf(job.state);
    const isRight = isHookToken(ports, hook ?? nobody, token);
    return job === undefined || hook === undefined || !isRight ? undefined : job;
  };
  return {
    knowsWebhook: (id, token) => knownBy(id, token) !== undefined,
    async webhook(id, token, request) {
      // Once more: it may have been turned off, or its address renewed, while the body was read.
      const job = knownBy(id, token);
      if (job === undefined) return undefined;
      const { read, error } = armed.read(job);
      if (read === undefined) throw fromShape(error);
      if (job.kind !== 'trigger.webhook' || read.type.kind !== job.kind) return undefined;
      const { method } = read.config as unknown as WebhookConfig;
      if (method !== 'any' && method !== request.method)
        throw new AppError('webhook-method', `This webhook is called with ${method}.`, {
          hint: `Send ${method} instead.`,
          details: { method },
        });
      const [due] = firing.fire(job.id, read.workflow.name, [{ payload: { ...request } }], undefined);
      changed();
      if (due === undefined) return undefined;
      if (due.state === 'missed')
        throw new AppError('webhook-not-started', due.reason ?? 'It could not start.', { hint: 'Open the workflow in Orrery to see why.' });
      // Stored: where the disk is full just now, the run follows under this id as soon as there is room.
      return { run: due.run ?? firing.runIdOf(due) };
    },
    getWebhook(id) {
      const { job, hook } = hookOf(id);
      return showHook(ports, job.id, hook);
    },
    renewWebhook(id) {
      const { job, hook } = hookOf(id);
      const { renewal, hash } = newHook(ports, id, hook.renewal + 1);
      jobs.put({ ...job, updatedAt: ports.clock.now(), state: { ...job.state, hook: { renewal, hash } } });
      changed();
      return showHook(ports, id, { renewal, hash });
    },
  };
}
