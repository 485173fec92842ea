// A grant as a person names it: its id, or its number in `orrery grants`.

import { AppError } from '../../shared/errors.ts';
import type { GrantView } from '../../shared/model/policy.ts';
import type { HostClient } from '../wires/attach.ts';

/** Throws `grant-not-found`. */
export async function findGrant(client: HostClient, which: string): Promise<GrantView> {
  const all = await client.policy.listGrants({ query: '' });
  const found = all.find((grant) => grant.id === which) ?? (/^\d+$/.test(which) ? all[Number(which) - 1] : undefined);
  if (found === undefined)
    throw new AppError('grant-not-found', `There is no grant ${which}.`, { hint: 'orrery grants lists them with their numbers.' });
  return found;
}
