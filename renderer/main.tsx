import './shell/setup.ts';
import './ui/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initClient } from './api/index.ts';
import { App } from './shell/app.tsx';

initClient();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place to draw in.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
