// What both sides know of a direct call (direct-calls.ts): its ids, the lines that ask and stop, and what a plain result is. Without
// the SDK, which only the worker needs.

import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../../shared/model/json.ts';

/** Ids from here on are of such calls; the client in the worker counts from 0 and never comes so far. Plain numbers below 2^31: some servers know no other ids. */
export const firstDirectId = 2 ** 20;
export const isDirect = (id: unknown): id is number => typeof id === 'number' && id >= firstDirectId;

export const callLine = (
  id: number,
  tool: string,
  args: JsonObject,
  wantsProgress: boolean,
  idempotencyKey: string | undefined,
): string => {
  // As text from the beginning: thousands of these may be written a second.
  const token = wantsProgress ? `"progressToken":${id}` : '';
  const key = idempotencyKey === undefined ? '' : `"orrery/idempotencyKey":${JSON.stringify(idempotencyKey)}`;
  const meta = token + (token !== '' && key !== '' ? ',' : '') + key;
  const params = `{"name":${JSON.stringify(tool)},"arguments":${JSON.stringify(args)}${meta === '' ? '' : `,"_meta":{${meta}}`}}`;
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`;
};

export const cancelLine = (id: number): string =>
  `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'The call was stopped.' } })}\n`;

export const pingLine = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`;

/** Most results are texts and nothing else: those are known at a look. */
export function isPlain(result: unknown): result is CallToolResult {
  const { content, isError, structuredContent } = result as Record<string, unknown>;
  if (!Array.isArray(content) || (isError !== undefined && typeof isError !== 'boolean')) return false;
  if (
    structuredContent !== undefined &&
    (structuredContent === null || typeof structuredContent !== 'object' || Array.isArray(structuredContent))
  )
    return false;
  for (const name in result as object) if (!plainNames.has(name)) return false;
  return content.every(isText);
}

const plainNames: ReadonlySet<string> = new Set(['content', 'isError', 'structuredContent', '_meta']);
const isText = (block: unknown): boolean =>
  block !== null &&
  typeof block === 'object' &&
  (block as { type?: unknown }).type === 'text' &&
  typeof (block as { text?: unknown }).text === 'string';
