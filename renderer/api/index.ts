// The page's door to its host: a typed client of the contract, and hooks for calls and streams.

export { fromWireError as toAppError } from '../../shared/wire-error.ts';
export { type Client, client, initClient } from './client.ts';
export { openOutside } from './open-outside.ts';
export { useCall } from './use-call.ts';
export { useConnection } from './use-connection.ts';
export { type StreamState, useStream } from './use-stream.ts';
