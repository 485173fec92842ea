// Every page a person can open, for screenshots and page tests. `name` is the picture's name.

import type { Demo } from './demo-data.ts';

export interface PageSpec {
  name: string;
  route: (demo: Demo | undefined) => string;
  /** Left out with empty data where there would be nothing new to see. */
  emptyToo?: boolean;
}

export const pages: PageSpec[] = [
  { name: 'chat', route: (demo) => (demo === undefined ? '/chat' : `/chat/${demo.conversations.waiting}`), emptyToo: true },
  { name: 'chat-answer', route: (demo) => `/chat/${demo?.conversations.table}` },
  { name: 'workflows', route: () => '/workflows', emptyToo: true },
  { name: 'canvas', route: (demo) => `/workflows/${demo?.workflows['folder-digest']}` },
  { name: 'runs', route: () => '/runs', emptyToo: true },
  { name: 'run', route: (demo) => `/runs/${demo?.runs.digest}` },
  { name: 'inbox', route: () => '/inbox', emptyToo: true },
  { name: 'agents', route: () => '/agents', emptyToo: true },
  { name: 'memory', route: () => '/memory', emptyToo: true },
  { name: 'tools', route: () => '/tools', emptyToo: true },
  { name: 'vault', route: () => '/vault', emptyToo: true },
  { name: 'terminal', route: () => '/terminal' },
  { name: 'system', route: () => '/system', emptyToo: true },
  { name: 'settings', route: () => '/settings', emptyToo: true },
  { name: 'settings-models', route: () => '/settings/models', emptyToo: true },
];
