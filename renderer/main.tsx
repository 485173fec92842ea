// The page's entry, small on purpose: it asks the host for the wire at once, while the app (named in the page by vite.config.ts, so that
// it is on its way already) is loaded and drawn.

import './shell/setup.ts';
import './ui/styles.css';
import { openEarly } from './api/page-socket.ts';

openEarly();
void import('./shell/start.tsx').then(({ start }) => start());
