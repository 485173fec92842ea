import { useState } from 'react';
import type { AppError } from '../../../shared/errors.ts';
import type { GrantView } from '../../../shared/model/policy.ts';
import { client, useStream } from '../../api/index.ts';

/** Every standing grant, kept up to date; undefined until the first answer. */
export function useGrants(): { grants: readonly GrantView[] | undefined; error: AppError | undefined; retry: () => void } {
  const [grants, setGrants] = useState<readonly GrantView[]>();
  const [turn, setTurn] = useState(0);
  const { error } = useStream((signal) => client.policy.watchGrants(undefined, { signal }), setGrants, [turn]);
  return { grants, error, retry: () => setTurn((before) => before + 1) };
}
