// Speaks the contract's wire from inside a page with nothing but what every page has: a port handed to the preload, and texts.

import type { Page } from 'playwright-core';

export interface RawAnswer {
  i: string;
  t?: number;
  p?: { s?: number; b?: { json?: unknown }; d?: { json?: unknown }; e?: string };
}

/** Opens a port in the page; `window.wire` keeps what came. */
export const openWire = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { port1, port2 } = new MessageChannel();
    const answers: RawAnswer[] = [];
    const state = { send: (text: unknown) => port1.postMessage(text), answers, isClosed: false };
    port1.onmessage = (event) => answers.push(JSON.parse(event.data));
    port1.addEventListener('close', () => {
      state.isClosed = true;
    });
    Object.assign(window, { wire: state });
    window.postMessage('orrery:port', '*', [port2]);
  });

export const sendRaw = (page: Page, payload: unknown): Promise<void> =>
  page.evaluate((text) => (window as unknown as { wire: { send(text: unknown): void } }).wire.send(text), payload);

/** The answers to this call once there are so many of them. */
export async function answersTo(page: Page, id: string, count = 1): Promise<RawAnswer[]> {
  const handle = await page.waitForFunction(
    ([wanted, least]) => {
      const { answers } = (window as unknown as { wire: { answers: RawAnswer[] } }).wire;
      const mine = answers.filter((answer) => answer.i === wanted);
      return mine.length >= Number(least) ? mine : false;
    },
    [id, count] as const,
    { timeout: 30_000 },
  );
  return (await handle.jsonValue()) as RawAnswer[];
}

let calls = 0;
/** A call, and its answer's status and value. */
export async function callRaw(page: Page, path: string, input?: unknown): Promise<{ status: number; json: unknown }> {
  calls += 1;
  const id = `c${calls}`;
  await sendRaw(page, JSON.stringify({ i: id, p: { u: path, b: input === undefined ? {} : { json: input } } }));
  const [answer] = await answersTo(page, id);
  return { status: answer?.p?.s ?? 200, json: answer?.p?.b?.json };
}
