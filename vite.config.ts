// Builds the renderer: the app's window and the quick-command window. The Node side is built by scripts/build.ts.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = path.dirname(fileURLToPath(import.meta.url));
const renderer = path.join(root, 'renderer');

/**
 * The page's entry is small and asks for the app with its first lines. The browser is told of the app's files by the page itself, so
 * that they are on their way before that.
 */
const nameTheApp: Plugin = {
  name: 'name-the-app',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle, path: page }) {
      if (bundle === undefined || page !== '/index.html') return [];
      const files = new Set<string>();
      const add = (file: string): void => {
        const chunk = bundle[file];
        if (chunk?.type !== 'chunk' || files.has(file)) return;
        files.add(file);
        chunk.imports.forEach(add);
      };
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.moduleIds.includes(path.join(renderer, 'shell/start.tsx'))) add(chunk.fileName);
      if (files.size === 0) throw new Error('The app is in no file: see main.tsx.');
      return [...files].map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `./${file}` },
        injectTo: 'head',
      }));
    },
  },
};

export default defineConfig({
  root: renderer,
  // Relative, because the same files are served over http and over app://.
  base: './',
  plugins: [react(), tailwindcss(), nameTheApp],
  resolve: {
    alias: { '@rjsf/validator-ajv8': path.join(renderer, 'ui/schema-form/no-ajv.ts') },
  },
  build: {
    outDir: path.join(root, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome130',
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    // Inlined files would be data: addresses, which the page's policy admits for images only.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: path.join(renderer, 'index.html'), quick: path.join(renderer, 'quick.html') },
      treeshake: {
        // Making a schema does nothing else: a page that only wants a type or a constant beside one is not given it.
        manualPureFunctions: ['z'],
        // Doors that only pass on: who takes one thing through them is not given the rest.
        moduleSideEffects: [{ test: /\/renderer\/(?:ui|shell|api|features\/queue)\/index\.ts$/, sideEffects: false }],
      },
      output: {
        codeSplitting: {
          // The wire first, then the app with all that it needs before a page: two files, not one for each set of pages that share something.
          groups: [
            { name: 'wire', test: /\/renderer\/(?:api\/page-socket|shell\/setup)\.ts$|^\0/, priority: 2 },
            { name: 'app', test: /\/renderer\/shell\/start\.tsx$/, priority: 1 },
            // What pages are built of, in one more: pages share the kit's parts in many combinations.
            { name: 'parts', test: /\/renderer\/ui\/[\w-]+\.tsx$/ },
          ],
        },
      },
    },
  },
});
