export { AgentsPage } from './agents-page.tsx';
export { FolderList, GrantLines } from './folder-list.tsx';
export { ToolPicker } from './tool-picker.tsx';
