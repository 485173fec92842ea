// Draws the app. It is where it was left before the first draw, and the page of that place is loaded meanwhile.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initClient } from '../api/index.ts';
import { App } from './app.tsx';
import { goWhereItWasLeft } from './last-route.ts';
import { loadPage } from './route-list.tsx';

/** Once, by the page's entry. */
export function start(): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no place to draw in.');
  initClient();
  const route = goWhereItWasLeft();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  loadPage(route);
}
