import { AppError } from '../../../shared/errors.ts';
import { agreedGraphs, graphDeps } from '../policy/agreed-graph.ts';
import { canonicalJson } from '../policy/canonical.ts';
import { confirmed, jobProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import type { Jobs, NodeRegistry, SettingsService } from '../services.ts';
import { readTrigger } from '../triggers/read-trigger.ts';
import { cronSchedule, type Schedule, spanSchedule } from '../triggers/schedule-times.ts';
import { api } from './base.ts';

export interface JobsApiDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'files' | 'hash' | 'vault'>;
  registry: Pick<NodeRegistry, 'get'>;
  jobs: Jobs;
  settings: Pick<SettingsService, 'get'>;
}

/** Times that a preview shows. */
const previewed = 5;

export function jobsApi({ ports, registry, jobs, settings }: JobsApiDeps) {
  return {
    list: api.jobs.list.handler(({ input }) => jobs.list(input.workflow)),
    get: api.jobs.get.handler(({ input }) => jobs.get(input.id)),
    watch: api.jobs.watch.handler(async function* ({ signal }) {
      yield* jobs.watch(signal);
    }),
    turnOn: api.jobs.turnOn.handler(async ({ input, context: { consent } }) => {
      if (consent !== undefined) {
        const { workflows } = ports.store;
        const look = () => {
          const { workflow, trigger, config } = readTrigger({ workflows, registry, home: ports.files.home }, input.workflow, input.node);
          return {
            workflow,
            when: trigger.describe(config),
            graphs: agreedGraphs(graphDeps(ports, registry), workflow),
          };
        };
        const { workflow, when, graphs } = look();
        const before = jobs.list(input.workflow).find((job) => job.node === input.node && job.isOn);
        const known = { folders: settings.get().folders, isChosen: consent.isChosen };
        const asked = {
          document: workflow,
          when,
          grant: input.grant,
          inputs: input.inputs,
          changes: before?.changes ?? [],
        };
        await confirmed(consent, jobProposal(asked, before?.grant, known));
        // Whoever asks for the yes could save another graph while the person reads.
        const now = look();
        if (now.when !== when || canonicalJson(now.graphs) !== canonicalJson(graphs))
          throw new AppError('workflow-changed-elsewhere', `“${workflow.name}” was changed while you were asked.`, {
            hint: 'Look at it as it is now, then turn it on again.',
          });
      }
      return jobs.turnOn(input);
    }),
    turnOff: api.jobs.turnOff.handler(({ input }) => jobs.turnOff(input.id)),
    remove: api.jobs.remove.handler(({ input }) => jobs.remove(input.id)),
    runNow: api.jobs.runNow.handler(({ input }) => jobs.runNow(input.id)),
    listNext: api.jobs.listNext.handler(({ input }) => jobs.listNext(input)),
    listPast: api.jobs.listPast.handler(({ input }) => jobs.listPast(input)),
    runMissed: api.jobs.runMissed.handler(({ input }) => jobs.runMissed(input.id)),
    getWebhook: api.jobs.getWebhook.handler(({ input }) => jobs.getWebhook(input.id)),
    renewWebhook: api.jobs.renewWebhook.handler(({ input }) => jobs.renewWebhook(input.id)),
    previewSchedule: api.jobs.previewSchedule.handler(({ input }) => {
      const now = ports.clock.now();
      const schedule = scheduleOf(input, now);
      const next: number[] = [];
      for (let at = schedule.next(now); at !== undefined && next.length < previewed; at = schedule.next(at)) next.push(at);
      return { words: schedule.words, next };
    }),
  };
}

function scheduleOf({ cron, everyMs, zone }: { cron?: string; everyMs?: number; zone?: string }, now: number): Schedule {
  if (cron !== undefined) return cronSchedule(cron, zone ?? '', now);
  if (everyMs !== undefined) return spanSchedule(everyMs, now);
  throw new AppError('schedule-malformed', 'There is no schedule to read.', { place: 'cron', hint: 'Give a cron pattern or a span.' });
}
