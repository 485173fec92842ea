import { useEffect, useRef } from 'react';
import type { Agent } from '../../../shared/model/agent.ts';
import { client, useCall } from '../../api/index.ts';
import { useSettings, useStatus } from '../../shell/index.ts';
import { type ModelState, modelState } from './model-state.ts';

/** The state of the model this agent would use; asked again when the host sees a model come or go. */
export function useModels(agent: Agent | undefined): { model: ModelState; checking: boolean; check: () => void } {
  const refresh = useRef(false);
  const seen = useStatus()?.model;
  const settings = useSettings();
  const providers = useCall(
    (signal) => client.models.listProviders({ refresh: refresh.current }, { signal }),
    [seen?.state, seen?.label, settings?.providers, settings?.modelSight],
  );
  // Only the button asks the providers themselves; everything else reads what the host knows.
  useEffect(() => {
    if (!providers.loading) refresh.current = false;
  }, [providers.loading]);
  const check = (): void => {
    refresh.current = true;
    providers.reload();
  };
  return { model: modelState(providers.data, agent, settings?.defaultModel), checking: providers.loading, check };
}
