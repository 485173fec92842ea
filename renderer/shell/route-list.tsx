// Each place and the page that is loaded for it. The canvas, chat's markdown and the terminal come only when they are opened.

import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

interface PlaceRoute {
  path: string;
  place: string;
  load: () => Promise<unknown>;
  Page: LazyExoticComponent<ComponentType>;
}

const to = <M, N extends keyof M>(place: string, rest: string, load: () => Promise<M>, name: N): PlaceRoute => ({
  path: `/${place}${rest}`,
  place,
  load,
  Page: lazy(async () => ({ default: (await load())[name] as ComponentType })),
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

/** Asks for the page of a place before it is drawn; what goes wrong is told by its drawing, which asks again. */
export function loadPage(location: string): void {
  routeOf(location)
    ?.load()
    .catch(() => undefined);
}
