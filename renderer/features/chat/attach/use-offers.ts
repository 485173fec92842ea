// Asks the servers that run for their prompts and resources, all at once; each shows up when it has answered. None is woken for it: a
// program that sleeps is started when the person chooses it.

import { useCallback, useEffect, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { client, toAppError } from '../../../api/index.ts';
import { canAsk } from '../../tools/index.ts';
import type { Offer } from './offers.ts';

interface ServerOffers {
  server: ServerStatus;
  offers: readonly Offer[];
  /** It did not answer. */
  error?: AppError;
  isAsked: boolean;
}

export interface Offers {
  offers: readonly Offer[];
  failed: readonly { server: ServerStatus; error: AppError }[];
  isLoading: boolean;
  /** The list of servers itself could not be had. */
  error: AppError | undefined;
  reload(): void;
  /** Starts one that sleeps and asks it. */
  wake(server: ServerStatus): Promise<void>;
}

const offersAny = ({ about }: ServerStatus): boolean =>
  about === undefined || about.capabilities.includes('prompts') || about.capabilities.includes('resources');

async function askFor(server: ServerStatus, signal: AbortSignal): Promise<Offer[]> {
  const has = (what: string): boolean => server.about === undefined || server.about.capabilities.includes(what);
  const [prompts, resources] = await Promise.all([
    has('prompts') ? client.tools.listPrompts({ server: server.id }, { signal }) : [],
    has('resources') ? client.tools.listResources({ server: server.id }, { signal }) : [],
  ]);
  return [
    ...prompts.map((prompt): Offer => ({ kind: 'prompt', server, prompt })),
    ...resources.map((resource): Offer => ({ kind: 'resource', server, resource })),
  ];
}

export function useOffers(): Offers {
  const [servers, setServers] = useState<readonly ServerOffers[]>();
  const [error, setError] = useState<AppError>();
  const [turn, setTurn] = useState(0);
  const put = useCallback(
    (next: ServerOffers): void => setServers((before) => before?.map((each) => (each.server.id === next.server.id ? next : each))),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the turn says when it is asked again
  useEffect(() => {
    const control = new AbortController();
    const { signal } = control;
    setError(undefined);
    const ask = async (server: ServerStatus): Promise<void> => {
      try {
        const offers = await askFor(server, signal);
        if (!signal.aborted) put({ server, offers, isAsked: true });
      } catch (failure) {
        if (!signal.aborted) put({ server, offers: [], error: toAppError(failure), isAsked: true });
      }
    };
    client.tools.listServers(undefined, { signal }).then(
      (all) => {
        if (signal.aborted) return;
        const able = all.filter((server) => server.kind === 'child' && canAsk(server) && offersAny(server));
        setServers(
          able.map((server) => ({
            server,
            offers: server.isAsleep === true ? [{ kind: 'wake', server }] : [],
            isAsked: server.isAsleep === true,
          })),
        );
        for (const server of able) if (server.isAsleep !== true) void ask(server);
      },
      (failure: unknown) => {
        if (!signal.aborted) setError(toAppError(failure));
      },
    );
    return () => control.abort();
  }, [turn, put]);

  const wake = useCallback(
    async (server: ServerStatus): Promise<void> => {
      const offers = await askFor({ ...server, about: undefined }, new AbortController().signal);
      const all = await client.tools.listServers();
      put({ server: all.find(({ id }) => id === server.id) ?? server, offers, isAsked: true });
    },
    [put],
  );
  return {
    offers: servers?.flatMap((each) => each.offers) ?? [],
    failed: servers?.flatMap((each) => (each.error === undefined ? [] : [{ server: each.server, error: each.error }])) ?? [],
    isLoading: error === undefined && (servers === undefined || servers.some((each) => !each.isAsked)),
    error,
    reload: () => setTurn((before) => before + 1),
    wake,
  };
}
