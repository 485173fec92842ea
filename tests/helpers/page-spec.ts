// A page as a picture or a page test looks at it.

import type { Page } from 'playwright-core';
import type { Demo } from './demo-data.ts';

export interface PageSpec {
  name: string;
  route: (demo: Demo | undefined) => string;
  /** Left out with empty data where there would be nothing new to see. */
  emptyToo?: boolean;
  /** What is done on the page before the picture. */
  prepare?: (page: Page, demo: Demo | undefined) => Promise<void>;
  /** Puts the page back, so that the next picture starts from rest. */
  after?: (page: Page) => Promise<void>;
  /** A document of its own instead of the window. */
  document?: string;
  /** The page tests look at what `prepare` opens too, such as a dialog. */
  check?: boolean;
}
