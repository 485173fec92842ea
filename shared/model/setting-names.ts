// What a setting is called where a change of it is told: in History, in the audit log, below the settings themselves.

import type { Settings } from './settings.ts';

const names: Record<keyof Settings, string> = {
  theme: 'Theme',
  defaultModel: 'Default model',
  providers: 'Providers',
  modelSight: 'Models that see pictures',
  folders: 'Folders',
  quickShortcut: 'Quick command shortcut',
  closeToTray: 'Keep running in the tray',
  notifications: 'Notifications',
  reduceMotion: 'Less motion',
  allowedHosts: 'Allowed hosts',
  terminalShell: 'Shell of the terminal',
  maxParallelRuns: 'Runs at once',
  keepRunsDays: 'How long ended runs are kept',
  keepRunsCount: 'How many ended runs are kept',
  approvalHours: 'Unanswered approvals of jobs',
  chatApprovalHours: 'Unanswered approvals of chats',
  keepAuditDays: 'How long the audit log is kept',
  keepChangesDays: 'How long changes are kept',
  keepChangesMegabytes: 'How much of earlier versions is kept',
  offline: 'Offline',
  vaultLockMinutes: 'Lock an unused vault',
  vaultLockWhenAway: 'Lock the vault when you are away',
  isPaused: 'Pause everything',
};

/** One that has no name (of an older version) is said as it is. */
export const settingName = (key: string): string => (Object.hasOwn(names, key) ? names[key as keyof Settings] : key);
