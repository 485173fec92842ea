export { AgentsPage } from './agents-page.tsx';
export { ToolPicker } from './tool-picker.tsx';
