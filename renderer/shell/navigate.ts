// Where things are: the one list of routes, and ways to go there from anywhere.

import { navigate as go } from 'wouter/use-hash-location';

const part = (id: string | undefined): string => (id === undefined ? '' : `/${encodeURIComponent(id)}`);

export const routes = {
  chat: (id?: string) => `/chat${part(id)}`,
  workflows: (id?: string) => `/workflows${part(id)}`,
  /** A job, or one of the views `now`, `next` and `missed`. */
  jobs: (id?: string) => `/jobs${part(id)}`,
  runs: (id?: string) => `/runs${part(id)}`,
  inbox: (id?: string) => `/inbox${part(id)}`,
  agents: (id?: string) => `/agents${part(id)}`,
  /** A change set, or the view `revisions`. */
  history: (id?: string) => `/history${part(id)}`,
  memory: (id?: string) => `/memory${part(id)}`,
  tools: (id?: string) => `/tools${part(id)}`,
  /** A grant, or one of the views `try` and `decisions`. */
  grants: (id?: string) => `/grants${part(id)}`,
  vault: () => '/vault',
  terminal: () => '/terminal',
  /** The log, or one of the views `connections` and `report`. */
  security: (view?: string) => `/security${part(view)}`,
  /** The log, only of a run, of one step of it, of a change, of what a grant allowed, of connections with a host; or one entry of it. */
  log: (of: 'run' | 'change' | 'grant' | 'host' | 'entry', id: string, step?: string) => `/security/log/${of}${part(id)}${part(step)}`,
  system: () => '/system',
  settings: (page?: string) => `/settings${part(page)}`,
} as const;

export function navigate(route: string, options: { replace?: boolean } = {}): void {
  go(route, options);
}
