// Every command by id: what it is called and its keys. When it applies and what it does lives in renderer/commands;
// the native menu and the tray send only the id.

export interface CommandSpec {
  readonly label: string;
  /** Electron accelerator spelling, e.g. `CommandOrControl+K`. */
  readonly keys?: string;
  readonly group: 'Go to' | 'Create' | 'Workflow' | 'Chat' | 'View';
}

export const commands = {
  'palette.open': { label: 'Ask, run or find anything', keys: 'CommandOrControl+K', group: 'View' },
  'go.chat': { label: 'Chat', keys: 'CommandOrControl+1', group: 'Go to' },
  'go.workflows': { label: 'Workflows', keys: 'CommandOrControl+2', group: 'Go to' },
  'go.jobs': { label: 'Jobs', group: 'Go to' },
  'go.runs': { label: 'Runs', keys: 'CommandOrControl+3', group: 'Go to' },
  'go.inbox': { label: 'Inbox', keys: 'CommandOrControl+4', group: 'Go to' },
  'go.agents': { label: 'Agents', keys: 'CommandOrControl+5', group: 'Go to' },
  'go.memory': { label: 'Memory', keys: 'CommandOrControl+6', group: 'Go to' },
  'go.tools': { label: 'Tools', keys: 'CommandOrControl+7', group: 'Go to' },
  'go.vault': { label: 'Vault', keys: 'CommandOrControl+8', group: 'Go to' },
  'go.grants': { label: 'Grants', group: 'Go to' },
  'go.terminal': { label: 'Terminal', keys: 'CommandOrControl+9', group: 'Go to' },
  'go.security': { label: 'Security', group: 'Go to' },
  'go.history': { label: 'History', group: 'Go to' },
  'go.system': { label: 'System', group: 'Go to' },
  'go.settings': { label: 'Settings', keys: 'CommandOrControl+,', group: 'Go to' },
  'new.chat': { label: 'New chat', keys: 'CommandOrControl+N', group: 'Create' },
  'new.workflow': { label: 'New workflow', keys: 'CommandOrControl+Shift+N', group: 'Create' },
  'new.agent': { label: 'New agent', group: 'Create' },
  'new.memory': { label: 'Remember something', group: 'Create' },
  'workflow.run': { label: 'Run this workflow', keys: 'CommandOrControl+Enter', group: 'Workflow' },
  'workflow.undo': { label: 'Undo', keys: 'CommandOrControl+Z', group: 'Workflow' },
  'workflow.redo': { label: 'Redo', keys: 'CommandOrControl+Shift+Z', group: 'Workflow' },
  'workflow.add-node': { label: 'Add a node', keys: 'CommandOrControl+Shift+A', group: 'Workflow' },
  'chat.stop': { label: 'Stop the answer', group: 'Chat' },
  'view.rail': { label: 'Fold or unfold the rail', keys: 'CommandOrControl+B', group: 'View' },
  'view.inspector': { label: 'Show or hide the inspector', keys: 'CommandOrControl+I', group: 'View' },
  'view.keys': { label: 'Keyboard shortcuts', group: 'View' },
  'app.offline': { label: 'Go offline, or online again', group: 'View' },
  'view.theme': { label: 'Switch between light and dark', group: 'View' },
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commands;
