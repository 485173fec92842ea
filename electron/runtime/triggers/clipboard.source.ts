import { AppError } from '../../../shared/errors.ts';
import type { SourceDeps, TriggerSource } from './trigger-source.ts';

interface Config {
  contains: string;
  minLength: number;
}

/** Longer texts are not handed on: a copied book is no command. In characters. */
const maxLength = 1_000_000;

export function clipboardSource({ ports: { desktop } }: SourceDeps): TriggerSource<Config> {
  const missing = (): AppError | undefined =>
    desktop.missing.clipboard === undefined
      ? undefined
      : new AppError('not-on-this-host', desktop.missing.clipboard, { hint: 'It works while Orrery’s desktop app is open.' });
  return {
    check: () => undefined,
    trouble: () => missing()?.toJSON(),
    arm(job, signal) {
      if (missing() !== undefined) return;
      const stop = desktop.onClipboard((text) => {
        const { contains, minLength } = job.config;
        if (text.length < minLength || text.length > maxLength) return;
        if (contains !== '' && !text.toLowerCase().includes(contains.toLowerCase())) return;
        job.fire([{ payload: { text } }]);
      });
      signal.addEventListener('abort', stop, { once: true });
    },
    sample: ({ contains }) => ({ text: contains }),
  };
}
