// What features may use of the frame around them.

export { hasAction, runAction, useAction } from './actions.ts';
export { useInspector } from './inspector.ts';
export { Mark } from './mark.tsx';
export { navigate, routes } from './navigate.ts';
export { pickFile, pickFolder } from './pick-path.tsx';
export { changeSettings, StatusFeed, useAppInfo, useSettings, useStatus, useWaiting } from './status.ts';
export { useShell } from './store.ts';
export { useTheme } from './theme.ts';
export { useTask } from './use-task.ts';
