// Lets only whole JSON lines through to a client that would otherwise print the broken ones, and ends a line that grows
// without end.

import type { ProviderConfig } from '../../../shared/model/model.ts';
import { providerError } from './provider-errors.ts';

const maxLine = 4_000_000;

export function ndjsonOnly(response: Response, config: ProviderConfig): Response {
  if (response.body === null || !(response.headers.get('content-type') ?? '').includes('ndjson')) return response;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  const pass = (line: string, controller: TransformStreamDefaultController<Uint8Array>) => {
    if (line.trim() === '') return;
    try {
      JSON.parse(line);
    } catch (error) {
      throw providerError(config, 'it sent a line that is not JSON', error);
    }
    controller.enqueue(encoder.encode(`${line}\n`));
  };
  const lines = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > maxLine) throw providerError(config, 'it sent a line of more than 4 MB');
      for (const part of parts) pass(part, controller);
    },
    flush(controller) {
      pass(rest + decoder.decode(), controller);
    },
  });
  return new Response(response.body.pipeThrough(lines), { status: response.status, headers: response.headers });
}
