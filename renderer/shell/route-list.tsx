// Each place and the page that is loaded for it. The canvas, chat's markdown and the terminal come only when they are opened.

import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

type Lazy = LazyExoticComponent<ComponentType>;
const page = <M, N extends keyof M>(load: () => Promise<M>, name: N): Lazy =>
  lazy(async () => ({ default: (await load())[name] as ComponentType }));

export const routeList: readonly { path: string; place: string; Page: Lazy }[] = [
  { path: '/chat/:id?', place: 'chat', Page: page(() => import('../features/chat/index.ts'), 'ChatPage') },
  // Past the door, which carries the canvas for the Runs page.
  { path: '/workflows/:id?', place: 'workflows', Page: page(() => import('../features/workflow/workflows-page.tsx'), 'WorkflowsPage') },
  { path: '/jobs/:id?', place: 'jobs', Page: page(() => import('../features/jobs/index.ts'), 'JobsPage') },
  { path: '/runs/:id?', place: 'runs', Page: page(() => import('../features/runs/index.ts'), 'RunsPage') },
  { path: '/inbox/:id?', place: 'inbox', Page: page(() => import('../features/inbox/index.ts'), 'InboxPage') },
  { path: '/agents/:id?', place: 'agents', Page: page(() => import('../features/agents/index.ts'), 'AgentsPage') },
  { path: '/history/:id?', place: 'history', Page: page(() => import('../features/history/index.ts'), 'HistoryPage') },
  { path: '/memory/:id?', place: 'memory', Page: page(() => import('../features/memory/index.ts'), 'MemoryPage') },
  { path: '/tools/:id?/:tab?', place: 'tools', Page: page(() => import('../features/tools/index.ts'), 'ToolsPage') },
  { path: '/vault', place: 'vault', Page: page(() => import('../features/vault/index.ts'), 'VaultPage') },
  { path: '/grants/:id?', place: 'grants', Page: page(() => import('../features/grants/index.ts'), 'GrantsPage') },
  { path: '/terminal', place: 'terminal', Page: page(() => import('../features/terminal/index.ts'), 'TerminalPage') },
  { path: '/security/:view?/:of?/:id?/:step?', place: 'security', Page: page(() => import('../features/security/index.ts'), 'SecurityPage') },
  { path: '/system', place: 'system', Page: page(() => import('../features/system/index.ts'), 'SystemPage') },
  { path: '/settings/:page?', place: 'settings', Page: page(() => import('../features/settings/index.ts'), 'SettingsPage') },
];
