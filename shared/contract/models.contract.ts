// Model providers on this machine and what they offer.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { providerConfig, providerId, providerStatus, pullProgress } from '../model/model.ts';
import { call, nothing } from './base.ts';

export const modelsContract = {
  listProviders: call.input(z.object({ refresh: z.boolean().default(false) })).output(z.array(providerStatus)),
  /** Asks a provider that is not saved yet. */
  testProvider: call.input(z.object({ config: providerConfig })).output(providerStatus),
  saveProvider: call.input(z.object({ config: providerConfig })).output(nothing),
  removeProvider: call.input(z.object({ id: providerId })).output(nothing),
  /** Downloads a model (Ollama); leaving the stream stops the download. */
  pull: call.input(z.object({ provider: providerId, model: z.string().min(1).max(200) })).output(eventIterator(pullProgress)),
  removeModel: call.input(z.object({ provider: providerId, model: z.string().min(1).max(200) })).output(nothing),
};
