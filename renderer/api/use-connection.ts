import { useSyncExternalStore } from 'react';
import { getConnection } from './client.ts';
import type { ConnectionState } from './connection.ts';

/** Whether the host answers; `retry` tries at once. */
export function useConnection(): { state: ConnectionState; epoch: number; retry: () => void } {
  const connection = getConnection();
  const view = useSyncExternalStore(connection.subscribe, connection.getView, connection.getView);
  return { state: view.state, epoch: view.epoch, retry: () => connection.retryNow() };
}
