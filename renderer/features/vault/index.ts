export { VaultPage } from './vault-page.tsx';
