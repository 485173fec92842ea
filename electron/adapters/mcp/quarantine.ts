// What sets a server aside: it broke a rule that no honest server breaks, or the same limit again and again. It stays aside over
// restarts of the app, until a person lets it start again.

import type { ServerStatus } from '../../../shared/model/tool.ts';
import type { StartFailure } from './launch/start-error.ts';

export type Quarantine = NonNullable<ServerStatus['quarantine']>;

/** A failure after which it is set aside at once. */
export const attack = (message: string, hint = 'Remove it, unless you know why it does this.'): StartFailure => ({
  cause: 'quarantined',
  message,
  hint,
});

/** A limit that an honest server may run into once: so often in a row, and it is set aside too. */
export const strikesAllowed = 3;

export const quarantineFailure = ({ reason }: Quarantine): StartFailure => ({
  cause: 'quarantined',
  message: `It was set aside and does not start by itself. ${reason}`,
  hint: 'Look at its log; then remove it, or let it start again on its page.',
});
