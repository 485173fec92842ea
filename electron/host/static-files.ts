// The built renderer as a table of what may be served. What is there is listed once, when the first file is asked for or a moment after
// the start; a request is only a key into the table, so no spelling of a path can reach another file. Each file is read once, as late.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';

export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  /** The name carries a hash of the content: it may be kept for ever. */
  readonly isImmutable: boolean;
  read(): Buffer;
}
export interface StaticFiles {
  get(pathname: string): StaticFile | undefined;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

/** The rest is read so long after the start, in milliseconds, one file at a time: whoever builds anew must not take them away. */
const restAfterMs = 3000;
const betweenFilesMs = 10;

class LazyFile implements StaticFile {
  readonly type: string;
  readonly isImmutable: boolean;
  readonly #path: string;
  #known: { content: Buffer; etag: string } | undefined;

  constructor(file: string, type: string, isImmutable: boolean) {
    this.#path = file;
    this.type = type;
    this.isImmutable = isImmutable;
  }

  get etag(): string {
    return this.#read().etag;
  }

  read(): Buffer {
    return this.#read().content;
  }

  #read(): { content: Buffer; etag: string } {
    if (this.#known === undefined) {
      const content = readFileSync(this.#path);
      this.#known = { content, etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"` };
    }
    return this.#known;
  }
}

/** Throws `renderer-missing` when the folder has no index.html. Source maps and unknown kinds are left out. */
export function readStaticFiles(folder: string): StaticFiles {
  const index = path.join(folder, 'index.html');
  if (!existsSync(index)) throw missing(folder);
  // The page itself is given out before the rest is so much as listed: a start has better things to do.
  const page = new LazyFile(index, types['.html'] as string, false);
  let files: Map<string, StaticFile> | undefined;
  const all = (): Map<string, StaticFile> => {
    files ??= new Map([...tableOf(folder), ['/', page], ['/index.html', page]]);
    return files;
  };
  readLater(() => [...all().values()]);
  return { get: (pathname) => (pathname === '/' ? page : all().get(pathname)) };
}

function tableOf(folder: string): [string, StaticFile][] {
  return listFiles(folder).flatMap((entry) => {
    const type = types[path.extname(entry).toLowerCase()];
    if (type === undefined) return [];
    const key = `/${entry.split(path.sep).join('/')}`;
    return [[key, new LazyFile(path.join(folder, entry), type, /^\/assets\/.+-[\w-]{8,}\.\w+$/.test(key))]];
  });
}

function readLater(list: () => StaticFile[]): void {
  let files: StaticFile[] | undefined;
  const next = (): void => {
    try {
      files ??= list();
    } catch {
      // Gone meanwhile: whoever asks for one is told.
      return;
    }
    const file = files.pop();
    if (file === undefined) return;
    try {
      file.read();
    } catch {
      // Gone meanwhile: whoever asks for it is told.
    }
    setTimeout(next, betweenFilesMs).unref();
  };
  setTimeout(next, restAfterMs).unref();
}

/** The file for a URL's path; a route of the page (no file ending) gets the page itself. */
export function findStatic(files: StaticFiles, pathname: string): StaticFile | undefined {
  const known = files.get(pathname);
  if (known !== undefined) return known;
  return /^(\/[A-Za-z0-9_-]+)+\/?$/.test(pathname) && !pathname.startsWith('/assets/') ? files.get('/') : undefined;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  } catch (cause) {
    throw missing(folder, cause);
  }
}

const missing = (folder: string, cause?: unknown): AppError =>
  new AppError('renderer-missing', `The built pages are not in ${folder}.`, { hint: 'Run `npm run build` and start again.', cause });
