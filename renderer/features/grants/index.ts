export { GrantsPage } from './grants-page.tsx';
