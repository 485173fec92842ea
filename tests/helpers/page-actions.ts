// What a person does on a page before its picture is taken, where several pages need it.

import type { Page } from 'playwright-core';

export const press = (key: string) => (page: Page) => page.keyboard.press(key);
export const editorButton = (page: Page, name: string) =>
  page.locator('.wf-editor header').getByRole('button', { name, exact: true }).first();

export const closeInspector = async (page: Page): Promise<void> => {
  const close = page.locator('[data-inspector]').getByRole('button', { name: 'Hide the inspector' }).first();
  if (await close.isVisible()) await close.click();
};
