// Model providers and models, as the settings and the model picker show them.

import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';
import { modelRef } from './agent.ts';
import { secretName } from './ids.ts';

export const providerId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** `openai-compatible` is any local server that speaks that protocol: llama.cpp, LM Studio, vLLM. */
export const providerConfig = z.object({
  id: providerId,
  type: z.enum(['ollama', 'openai-compatible']),
  title: z.string().min(1).max(80),
  baseUrl: z.url({ protocol: /^https?$/ }),
  /** A vault handle; the key itself never leaves the main side. */
  apiKey: secretName.optional(),
  enabled: z.boolean().default(true),
});
export type ProviderConfig = z.infer<typeof providerConfig>;

export const modelInfo = z.object({
  ref: modelRef,
  name: z.string(),
  /** Bytes on disk, where the provider says so. */
  size: z.number().optional(),
  family: z.string().optional(),
  parameters: z.string().optional(),
  /** Unknown when the provider does not say. */
  tools: z.boolean().optional(),
  /** It sees pictures, by a person's word or else its provider's. Unknown when neither says so; then it is sent none. */
  images: z.boolean().optional(),
  /** What the provider says of that, where a person said otherwise, or said it at all. */
  imagesSaid: z.boolean().optional(),
  contextLength: z.number().optional(),
});
export type ModelInfo = z.infer<typeof modelInfo>;

export const providerStatus = z.object({
  config: providerConfig,
  state: z.enum(['checking', 'ready', 'no-models', 'unreachable', 'disabled']),
  version: z.string().optional(),
  models: z.array(modelInfo),
  error: appErrorShape.optional(),
});
export type ProviderStatus = z.infer<typeof providerStatus>;

export const pullProgress = z.object({
  status: z.string(),
  completed: z.number().optional(),
  total: z.number().optional(),
  done: z.boolean(),
});
export type PullProgress = z.infer<typeof pullProgress>;
