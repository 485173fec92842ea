// The sign of each page, the same in the rail, in the palette and in the quick window.

import type { IconName } from '../ui/index.ts';

export const placeIcons = {
  chat: 'message-square',
  workflows: 'workflow',
  jobs: 'calendar-clock',
  runs: 'activity',
  inbox: 'inbox',
  agents: 'bot',
  memory: 'brain',
  tools: 'wrench',
  vault: 'key-round',
  terminal: 'terminal',
  history: 'history',
  grants: 'stamp',
  security: 'shield-check',
  system: 'gauge',
  settings: 'settings',
} as const satisfies Record<string, IconName>;
export type Place = keyof typeof placeIcons;

/** Of a command that goes to a page, such as `go.runs`. */
export const iconOfCommand = (id: string): IconName => {
  const place = id.replace(/^go\./, '');
  return Object.hasOwn(placeIcons, place) ? placeIcons[place as Place] : 'arrow-right';
};
