export { VaultPage } from './vault-page.tsx';
export { VaultStateView } from './vault-state.tsx';
