import { performance } from 'node:perf_hooks';
import { afterEach, expect, it } from 'vitest';
import { createPages } from './pages.ts';

let pages: ReturnType<typeof createPages> | undefined;
afterEach(() => pages?.close());
const never = new AbortController().signal;
const article = '<html><head><title>T</title></head><body><p>plain <b>bold</b> <a href="/x">link</a></p></body></html>';
/** As large as a page may be, with nothing that stands out: the slowest kind. */
const heavy = `<html><body>${'<div><p>some words, and more words</p><span>x</span></div>'.repeat(6_000)}</body></html>`;

it('reads a page', async () => {
  pages = createPages();
  const page = await pages.read(article, 'https://x.test/', never);
  expect(page.markdown).toContain('plain **bold** [link](https://x.test/x)');
  expect((await pages.read('', 'https://x.test/', never)).markdown).toBe('');
});

it('leaves the main thread free while a heavy page is read', async () => {
  pages = createPages();
  await pages.read(article, 'https://x.test/', never);
  const before = performance.eventLoopUtilization();
  await pages.read(heavy, 'https://x.test/', never);
  const { active, idle } = performance.eventLoopUtilization(before);
  expect(active).toBeLessThan(idle);
});

it('ends a page that takes too long, and one that is not wanted any more; the next one is read', async () => {
  const impatient = createPages({ deadlineMs: 20 });
  await expect(impatient.read(heavy, 'https://slow.test/', never)).rejects.toMatchObject({ code: 'page-unreadable' });
  await impatient.close();
  pages = createPages();
  const leave = new AbortController();
  const reading = pages.read(heavy, 'https://slow.test/', leave.signal);
  setTimeout(() => leave.abort(), 30);
  await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  expect((await pages.read(article, 'https://x.test/', never)).markdown).toContain('plain');
});

it('refuses what is nested without end', async () => {
  pages = createPages();
  await expect(pages.read('<div>'.repeat(5_000), 'https://deep.test/', never)).rejects.toMatchObject({ code: 'page-unreadable' });
});
