// The page that the payloads are tried in: the chat's own renderer, built as the app is, and served with the headless host's own page
// policy or with none. Not a test itself.

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';
import { pageHeaders } from '../../electron/host/page-policy.ts';
import { root } from '../../scripts/built.ts';

export interface Site {
  origin: string;
  close(): Promise<void>;
}
export interface Files {
  script: string;
  folder: string;
}

/** Builds the page into `folder`: the same settings as the app's, another entry. */
export async function buildPage(folder: string): Promise<Files> {
  mkdirSync(folder, { recursive: true });
  // The test runner's own NODE_ENV would build React's development runtime.
  process.env.NODE_ENV = 'production';
  await build({
    configFile: path.join(root, 'vite.config.ts'),
    root: path.join(root, 'tests/torture'),
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { input: path.join(root, 'tests/torture/xss-page.fixture.tsx'), output: { entryFileNames: 'page.js' } },
    },
  });
  if (!existsSync(path.join(folder, 'page.js'))) throw new Error(`The page was not built: ${readdirSync(folder).join(', ')}`);
  return { script: '/page.js', folder };
}

/** What stands in the head of the app's own page before anything else: part of its defence. As text, and as files. */
export function headOfApp(): { head: string; files: Map<string, string> } {
  const html = readFileSync(path.join(root, 'renderer/index.html'), 'utf8');
  const names = [...html.matchAll(/<script src="\.\/([\w-]+\.js)"><\/script>/g)].map(([, name]) => name as string);
  return {
    head: names.map((name) => `<script src="/${name}"></script>`).join(''),
    files: new Map(names.map((name) => [`/${name}`, readFileSync(path.join(root, 'renderer/public', name), 'utf8')])),
  };
}

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };

/** `documents` are served whole under their path. */
export async function serveSite(options: { files: Files; guarded: boolean; documents: Map<string, string> }): Promise<Site> {
  const page = `<!doctype html><meta charset=utf-8><title>x</title><body><script type=module src="${options.files.script}"></script>`;
  const scripts = headOfApp().files;
  const server: Server = createServer((request, response) => {
    if (options.guarded)
      for (const [name, value] of Object.entries(pageHeaders([`ws://127.0.0.1:${(server.address() as AddressInfo).port}`])))
        response.setHeader(name, value);
    const wanted = new URL(request.url ?? '/', 'http://x').pathname;
    const text = wanted === '/' ? page : options.documents.get(wanted);
    if (text !== undefined) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text);
    const ofApp = scripts.get(wanted);
    if (ofApp !== undefined) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(ofApp);
    const file = path.join(options.files.folder, path.normalize(wanted));
    if (!file.startsWith(options.files.folder) || !existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
