import type { SourceDeps, TriggerSource } from './trigger-source.ts';

export function appStartSource({ ports: { clock, host } }: SourceDeps): TriggerSource {
  return {
    check: () => undefined,
    // What is turned on while the host runs waits for the next start.
    begin: () => ({ start: startOf(host.info()) }),
    arm(job) {
      const start = startOf(host.info());
      if (job.state().start === start) return;
      job.fire([{ payload: { startedAt: new Date(clock.now()).toISOString() }, key: start }], { start });
    },
    sample: (_config, now) => ({ startedAt: new Date(now).toISOString() }),
  };
}

/** One start of one process. */
const startOf = ({ pid, startedAt }: { pid: number; startedAt: number }): string => `${pid}-${startedAt}`;
