// What goes wrong with a model server, in words with a next step. Shared by the providers.

import { AppError, cancelled, isCancelled } from '../../../shared/errors.ts';
import type { ProviderConfig } from '../../../shared/model/model.ts';

export function unreachable(config: ProviderConfig, cause: unknown): AppError {
  const hint =
    config.type === 'ollama'
      ? 'Start Ollama (its app, or `ollama serve` in a terminal), or install it from ollama.com. The address is in Settings › Models.'
      : 'Start that server, and check its address in Settings › Models.';
  return new AppError('provider-unreachable', `${config.title} does not answer at ${config.baseUrl}.`, {
    hint,
    retryable: true,
    cause,
    details: { provider: config.id },
  });
}

function modelNotFound(config: ProviderConfig, model: string): AppError {
  const hint =
    config.type === 'ollama'
      ? `Pull it in Settings › Models, or run \`ollama pull ${model}\`, or choose another model.`
      : 'Load it in that server, or choose another model in Settings › Models.';
  return new AppError('model-not-found', `${config.title} does not have the model ${model}.`, { hint, details: { model } });
}

const modelNoTools = (model: string): AppError =>
  new AppError('model-no-tools', `The model ${model} cannot use tools.`, {
    hint: 'Choose a model that can, such as qwen3.',
    details: { model },
  });

export const providerError = (config: ProviderConfig, message: string, cause?: unknown): AppError =>
  new AppError('provider-error', `${config.title} failed: ${message.slice(0, 500)}`, {
    hint: 'Try again. If it stays, look at the server’s own log.',
    retryable: true,
    cause,
  });

/** An error body of either protocol, by status and text. */
export function fromStatus(config: ProviderConfig, status: number, message: string, model: string): AppError {
  if (/does not support (tools|function)|tools? (is|are) not supported|--jinja/i.test(message)) return modelNoTools(model);
  if ((status === 404 && model !== '') || /model .*not found/i.test(message)) return modelNotFound(config, model);
  if (status === 401 || status === 403)
    return new AppError('provider-refused', `${config.title} refused the key (${status}).`, {
      hint: 'Set the right key for it in Settings › Models.',
    });
  return providerError(config, message === '' ? `status ${status}` : message);
}

/** A failed `fetch` or a broken stream. An abort by our own signal is `cancelled`; a guard's AppError passes. */
export function fromFetch(config: ProviderConfig, error: unknown, signal: AbortSignal | undefined): AppError {
  if (error instanceof AppError) return asGuarded(config, error);
  if (signal?.aborted === true)
    return signal.reason instanceof AppError ? signal.reason : timedOut(signal) ? unreachable(config, error) : cancelled();
  if (isCancelled(error)) return cancelled();
  // The AI SDK and fetch both wrap: the guard's own error may be the cause.
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof AppError) return asGuarded(config, cause);
  return unreachable(config, error);
}

/** Nothing answers: in the provider's own words, which say what to start. What the guard refuses stays as it is. */
const asGuarded = (config: ProviderConfig, error: AppError): AppError =>
  error.code === 'net-unreachable' ? unreachable(config, error) : error;

const timedOut = (signal: AbortSignal) => signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
