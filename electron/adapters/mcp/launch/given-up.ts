import { cancelled } from '../../../../shared/errors.ts';
import type { PackageAsk } from './package-ask.ts';

/** An installer that was ended says nothing of use. Throws AppError `cancelled`. */
export function givenUp({ spec }: Pick<PackageAsk, 'spec'>, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(`Installing “${spec}” was stopped.`);
}
