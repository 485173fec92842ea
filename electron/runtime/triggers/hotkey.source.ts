import { AppError, toAppError } from '../../../shared/errors.ts';
import type { SourceDeps, TriggerSource } from './trigger-source.ts';

interface Config {
  keys: string;
}

export function hotkeySource({ ports: { desktop, clock } }: SourceDeps): TriggerSource<Config> {
  const missing = (): AppError | undefined =>
    desktop.missing.hotkeys === undefined
      ? undefined
      : new AppError('not-on-this-host', desktop.missing.hotkeys, { hint: 'It works while Orrery’s desktop app is open.' });
  const held = new Set<string>();
  return {
    check({ config: { keys } }) {
      if (missing() !== undefined) return;
      // Ours already, for this job or for another that will be told so.
      if (held.has(keys)) return;
      desktop.onHotkey(keys, () => undefined)();
    },
    trouble: () => missing()?.toJSON(),
    arm(job, signal) {
      if (missing() !== undefined) return;
      const { keys } = job.config;
      try {
        const release = desktop.onHotkey(keys, () => job.fire([{ payload: { keys, pressedAt: new Date(clock.now()).toISOString() } }]));
        held.add(keys);
        signal.addEventListener(
          'abort',
          () => {
            held.delete(keys);
            release();
          },
          { once: true },
        );
      } catch (error) {
        job.trouble(toAppError(error).toJSON());
      }
    },
    sample: ({ keys }, now) => ({ keys, pressedAt: new Date(now).toISOString() }),
  };
}
