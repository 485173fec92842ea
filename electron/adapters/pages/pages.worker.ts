// Reads pages off the main thread. It has no powers and no environment: HTML in, Markdown out. The main side ends it when it is late.

import { parentPort } from 'node:worker_threads';
import { AppError, type AppErrorShape } from '../../../shared/errors.ts';
import type { Page } from '../../runtime/ports.ts';
import { toMarkdown } from './to-markdown.ts';

export interface ReadMessage {
  id: number;
  html: string;
  address: string;
}
/** Without an error's shape: nested deeper than the call stack, or more than a library can take. */
export type ReadAnswer = { id: number } & ({ page: Page } | { error: AppErrorShape | undefined });

parentPort?.on('message', ({ id, html, address }: ReadMessage) => {
  let answer: ReadAnswer;
  try {
    answer = { id, page: toMarkdown(html, address) };
  } catch (error) {
    answer = { id, error: error instanceof AppError ? error.toJSON() : undefined };
  }
  parentPort?.postMessage(answer);
});
