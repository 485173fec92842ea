export { cleanHost } from '../../../shared/host-name.ts';
export { SettingsPage } from './settings-page.tsx';
export { settingsPages } from './sorted-pages.ts';
