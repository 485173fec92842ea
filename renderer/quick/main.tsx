// The quick-command window: one line, results under headings. Shown by the global shortcut and the tray.

import '../shell/setup.ts';
import '../ui/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initClient } from '../api/index.ts';
import { Toaster, TooltipProvider } from '../ui/index.ts';
import { QuickWindow } from './quick-window.tsx';

initClient();

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <TooltipProvider>
      <QuickWindow />
      <Toaster />
    </TooltipProvider>
  </StrictMode>,
);
