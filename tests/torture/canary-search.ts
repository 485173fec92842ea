// Looks for the canaries: in files, in what other programs were told, in the processes of this machine, and in the page's memory.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type Canary, formsOf } from './canary-work.ts';

export class Search {
  readonly places = new Set<string>();
  readonly hits: string[] = [];
  readonly #forms: { name: string; form: string }[];

  constructor(canaries: readonly Canary[]) {
    this.#forms = canaries.flatMap(({ name, value }) => formsOf(value).map((form) => ({ name, form })));
  }

  in(place: string, content: string | Buffer): void {
    this.places.add(place);
    for (const { name, form } of this.#forms) if (content.includes(form)) this.hits.push(`${name} in ${place}`);
  }

  files(folder: string, place: string): void {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile()) this.in(`${place}: ${path.relative(folder, file)}`, readFileSync(file));
    }
  }

  /** Environment and command line of every process, but the environments of those that were meant to have it. */
  processes(meant: (cmdline: string) => boolean): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const read = (file: string): string => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          return ''; // it ended meanwhile
        }
      };
      const cmdline = read('cmdline');
      this.in('command lines', cmdline);
      if (!meant(cmdline)) this.in('environments', read('environ'));
    }
  }

  /** The page's whole heap, as its own debugger sees it, and what it stores. */
  async page(page: Page): Promise<void> {
    const session = await page.context().newCDPSession(page);
    let rest = '';
    session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
      // A value may be cut at the edge of a chunk.
      this.in('renderer heap', rest + chunk);
      rest = chunk.slice(-200);
    });
    await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    await session.detach();
    this.in('page', await page.content());
    this.in('page storage', await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage })));
  }
}
