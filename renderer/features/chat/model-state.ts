// Whether the agent has a model to think with, and if not, what stands in the way. Pure.

import type { Agent } from '../../../shared/model/agent.ts';
import type { ProviderStatus } from '../../../shared/model/model.ts';

export type ModelState =
  | { kind: 'checking' }
  | { kind: 'ready'; name: string; contextLength?: number; images?: boolean }
  /** The provider does not answer. */
  | { kind: 'unreachable'; provider: ProviderStatus }
  /** It answers and holds no model. */
  | { kind: 'no-models'; provider: ProviderStatus }
  /** Every provider is switched off, or there is none. */
  | { kind: 'no-provider' }
  /** The agent names a model that is not there. */
  | { kind: 'not-installed'; name: string; provider?: ProviderStatus };

export const modelName = (ref: string): string => ref.slice(ref.indexOf('/') + 1);

/** `providers` undefined: not known yet. */
export function modelState(
  providers: readonly ProviderStatus[] | undefined,
  agent: Pick<Agent, 'model'> | undefined,
  defaultModel: string | undefined,
): ModelState {
  if (providers === undefined) return { kind: 'checking' };
  const enabled = providers.filter((provider) => provider.config.enabled && provider.state !== 'disabled');
  if (enabled.length === 0) return { kind: 'no-provider' };
  const models = enabled.flatMap((provider) => provider.models);
  const wanted = agent?.model ?? defaultModel;
  const found = wanted === undefined ? models[0] : models.find((model) => model.ref === wanted);
  if (found !== undefined)
    return {
      kind: 'ready',
      name: found.name,
      ...(found.contextLength === undefined ? {} : { contextLength: found.contextLength }),
      ...(found.images === undefined ? {} : { images: found.images }),
    };
  if (wanted !== undefined) {
    const owner = enabled.find((provider) => wanted.startsWith(`${provider.config.id}/`));
    if (owner?.state === 'checking') return { kind: 'checking' };
    if (owner?.state === 'unreachable') return { kind: 'unreachable', provider: owner };
    if (owner?.state !== 'no-models')
      return { kind: 'not-installed', name: modelName(wanted), ...(owner === undefined ? {} : { provider: owner }) };
  }
  const empty = enabled.find((provider) => provider.state === 'no-models');
  if (empty !== undefined) return { kind: 'no-models', provider: empty };
  const gone = enabled.find((provider) => provider.state === 'unreachable');
  return gone === undefined ? { kind: 'checking' } : { kind: 'unreachable', provider: gone };
}
