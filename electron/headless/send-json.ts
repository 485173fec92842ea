// Answers to programs: JSON that no page may read and no cache keeps.

import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../shared/model/json.ts';

/** A refusal ends the connection: what is left of a body that was not read must not be taken for the next request. */
export function sendJson(response: ServerResponse, status: number, value: JsonObject): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    ...(status >= 400 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
