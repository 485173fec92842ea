// Builds the renderer: the app's window and the quick-command window. The Node side is built by scripts/build.ts.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = path.dirname(fileURLToPath(import.meta.url));
const renderer = path.join(root, 'renderer');

export default defineConfig({
  root: renderer,
  // Relative, because the same files are served over http and over app://.
  base: './',
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: { '@rjsf/validator-ajv8': path.join(renderer, 'ui/schema-form/no-ajv.ts') },
  },
  build: {
    outDir: path.join(root, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    chunkSizeWarningLimit: 1000,
    // Inlined files would be data: addresses, which the page's policy admits for images only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: path.join(renderer, 'index.html'), quick: path.join(renderer, 'quick.html') },
    },
  },
});
