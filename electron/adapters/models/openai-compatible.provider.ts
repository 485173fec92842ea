// Any local server that speaks the OpenAI protocol (llama.cpp, LM Studio, vLLM), through the AI SDK with a provider object:
// a bare model name would send the request to a gateway on the internet.

import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { lazy } from '../../../shared/lazy.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';
import type { ModelProvider, ModelRequest, Net, SecretUseBy } from '../../runtime/ports.ts';
import { fromFetch, fromStatus } from './provider-errors.ts';

const chatting = lazy(() => import('./openai-chat.ts'));

interface Deps {
  net: Pick<Net, 'fetchFor'>;
  /** Reads the key just before a request; the value goes nowhere else. */
  reveal: (name: SecretName, use: SecretUseBy) => Promise<string>;
}

/** What servers say of pictures is no part of the protocol: each says it its own way, or not at all. */
const modelList = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1).max(150),
        capabilities: z.unknown().optional(),
        architecture: z
          .object({ input_modalities: z.array(z.string()) })
          .optional()
          .catch(undefined),
      }),
    )
    .max(5000),
});
type Listed = z.infer<typeof modelList>['data'][number];

/** Undefined where the list does not say. */
function seesImages({ capabilities, architecture }: Listed): boolean | undefined {
  if (architecture !== undefined) return architecture.input_modalities.includes('image');
  if (Array.isArray(capabilities)) return capabilities.some((each) => each === 'vision' || each === 'multimodal' || each === 'image');
  const { vision } = (capabilities ?? {}) as { vision?: unknown };
  return typeof vision === 'boolean' ? vision : undefined;
}

export function createOpenAiCompatibleProvider({ net, reveal }: Deps): ModelProvider {
  const fetchFor = (config: ProviderConfig, by?: ModelRequest['by']) =>
    net.fetchFor(new URL(config.baseUrl).origin, `model provider ${config.title}`, by);
  const keyOf = (config: ProviderConfig) =>
    config.apiKey === undefined
      ? undefined
      : reveal(config.apiKey, {
          receiver: { kind: 'provider', id: config.id, title: config.title },
          host: new URL(config.baseUrl).hostname,
        });

  return {
    async describe(config, signal) {
      const key = await keyOf(config);
      let response: Response;
      let text: string;
      try {
        response = await fetchFor(config)(`${config.baseUrl.replace(/\/$/, '')}/models`, {
          signal,
          headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
        });
        text = await response.text();
      } catch (error) {
        throw fromFetch(config, error, signal);
      }
      if (!response.ok) throw fromStatus(config, response.status, text.slice(0, 400), '');
      return {
        models: readModels(config, text).map((model) => {
          const images = seesImages(model);
          return { ref: `${config.id}/${model.id}`, name: model.id, ...(images === undefined ? {} : { images }) };
        }),
      };
    },

    async *chat(config, request) {
      const key = await keyOf(config);
      const { openAiChat } = await chatting();
      yield* openAiChat(config, request, { key, fetch: fetchFor(config, request.by) });
    },
  };
}

function readModels(config: ProviderConfig, text: string): Listed[] {
  try {
    return modelList.parse(JSON.parse(text)).data;
  } catch (error) {
    throw new AppError('provider-error', `${config.title} does not list models the way OpenAI-compatible servers do.`, {
      hint: 'Check the address: it usually ends in /v1.',
      cause: error,
    });
  }
}
