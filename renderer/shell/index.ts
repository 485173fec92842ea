// What features may use of the frame around them.

export { useAction } from './actions.ts';
export { newChatDraft, useDrafts } from './drafts.ts';
export { useInspector } from './inspector.ts';
export { Mark } from './mark.tsx';
export { navigate, routes } from './navigate.ts';
export { OfflineButton } from './offline-toggle.tsx';
export { OwnFolder } from './own-folder.tsx';
export { PathText, useWithTilde } from './path-text.tsx';
export { pickFile, pickFolder } from './pick-path.tsx';
export { changeSettings, useAppInfo, useSettings, useStatus } from './status.ts';
export { useTheme } from './theme.ts';
export { useTask } from './use-task.ts';
