import { useSyncExternalStore } from 'react';
import { getConnection } from './client.ts';
import type { ConnectionView } from './connection.ts';

/** Whether the host answers; `retry` tries at once. */
export function useConnection(): ConnectionView & { retry: () => void } {
  const connection = getConnection();
  const view = useSyncExternalStore(connection.subscribe, connection.getView, connection.getView);
  return { ...view, retry: () => connection.retryNow() };
}
