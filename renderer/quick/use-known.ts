import { useEffect, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import { commands } from '../../shared/model/commands.ts';
import type { WorkflowId } from '../../shared/model/ids.ts';
import { client, useCall } from '../api/index.ts';
import { iconOfCommand } from '../shell/place-icons.ts';
import { type Known, needsOf, type Place, type WorkflowNeeds } from './results.ts';

/** The pages, by the names their commands carry. */
const places: readonly Place[] = Object.entries(commands)
  .filter(([id]) => id.startsWith('go.'))
  .map(([id, command]) => ({ label: command.label, route: `/${id.slice(3)}`, icon: iconOfCommand(id) }));

/** What can be offered for this text; `shown` counts the times the window was opened, and each asks anew. */
export function useKnown(query: string, shown: number): { known: Known; error: AppError | undefined } {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(query.trim()), 80);
    return () => clearTimeout(timer);
  }, [query]);
  const workflows = useCall((signal) => client.workflows.list({ query: '' }, { signal }), [shown]);
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), [shown]);
  const memory = useCall(
    async (signal) => (asked === '' ? [] : await client.memory.search({ query: asked, limit: 3 }, { signal })),
    [asked, shown],
  );
  const chats = useCall((signal) => client.chat.list({ query: asked, limit: 3 }, { signal }), [asked, shown]);
  return {
    known: {
      workflows: workflows.data ?? [],
      agents: agents.data ?? [],
      places,
      memory: asked === '' ? [] : (memory.data ?? []),
      chats: chats.data ?? [],
    },
    error: workflows.error ?? agents.error,
  };
}

/** What a workflow needs before it can start; undefined until known, and for everything that is no workflow. */
export function useNeeds(id: WorkflowId | undefined): WorkflowNeeds | undefined {
  const call = useCall(
    async (signal) => (id === undefined ? undefined : { id, needs: needsOf(await client.workflows.get({ id }, { signal })) }),
    [id],
  );
  return call.data?.id === id ? call.data?.needs : undefined;
}
