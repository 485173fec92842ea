// Each place and the page that is loaded for it. The canvas, chat's markdown and the terminal come only when they are opened.

import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

const { promise: drawn, resolve: isDrawn } = Promise.withResolvers<void>();

/** Said once the frame is in the document. Pages come after it has been seen; a window that is not drawn does not wait for that. */
export function frameIsThere(): void {
  requestAnimationFrame(() => setTimeout(isDrawn));
  setTimeout(isDrawn, 200);
}

interface PlaceRoute {
  path: string;
  place: string;
  Page: LazyExoticComponent<ComponentType>;
}

const to = <M, N extends keyof M>(place: string, rest: string, load: () => Promise<M>, name: N): PlaceRoute => ({
  path: `/${place}${rest}`,
  place,
  Page: lazy(async () => {
    await drawn;
    return { default: (await load())[name] as ComponentType };
  }),
});

export const routeList: readonly PlaceRoute[] = [
  to('chat', '/:id?', () => import('../features/chat/index.ts'), 'ChatPage'),
  // Past the door, which carries the canvas for the Runs page.
  to('workflows', '/:id?', () => import('../features/workflow/workflows-page.tsx'), 'WorkflowsPage'),
  to('jobs', '/:id?', () => import('../features/jobs/index.ts'), 'JobsPage'),
  to('runs', '/:id?', () => import('../features/runs/index.ts'), 'RunsPage'),
  to('inbox', '/:id?', () => import('../features/inbox/index.ts'), 'InboxPage'),
  to('agents', '/:id?', () => import('../features/agents/index.ts'), 'AgentsPage'),
  to('history', '/:id?', () => import('../features/history/index.ts'), 'HistoryPage'),
  to('memory', '/:id?', () => import('../features/memory/index.ts'), 'MemoryPage'),
  to('tools', '/:id?/:tab?', () => import('../features/tools/index.ts'), 'ToolsPage'),
  to('vault', '', () => import('../features/vault/index.ts'), 'VaultPage'),
  to('grants', '/:id?', () => import('../features/grants/index.ts'), 'GrantsPage'),
  to('terminal', '', () => import('../features/terminal/index.ts'), 'TerminalPage'),
  to('security', '/:view?/:of?/:id?/:step?', () => import('../features/security/index.ts'), 'SecurityPage'),
  to('system', '', () => import('../features/system/index.ts'), 'SystemPage'),
  to('settings', '/:page?', () => import('../features/settings/index.ts'), 'SettingsPage'),
];

export const routeOf = (location: string): PlaceRoute | undefined =>
  routeList.find(({ place }) => location === `/${place}` || location.startsWith(`/${place}/`));
