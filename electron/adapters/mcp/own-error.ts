import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';

/**
 * What a server itself said when it answered a request with an error of the protocol, in its own words. Undefined for what the client
 * library says of itself by the same class, and for one that does not know MCP's methods at all.
 */
export function ownError(error: unknown): string | undefined {
  if (!(error instanceof McpError)) return undefined;
  if ([ErrorCode.RequestTimeout, ErrorCode.ConnectionClosed, ErrorCode.MethodNotFound].includes(error.code)) return undefined;
  return error.message.replace(/^MCP error -?\d+: /, '').slice(0, 500);
}
