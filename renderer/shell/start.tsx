// Draws the app, which is where it was left before the first draw.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initClient } from '../api/index.ts';
import { App } from './app.tsx';
import { goWhereItWasLeft } from './last-route.ts';

/** Once, by the page's entry. */
export function start(): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no place to draw in.');
  initClient();
  goWhereItWasLeft();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
