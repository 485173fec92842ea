export { MemoryPage } from './memory-page.tsx';
