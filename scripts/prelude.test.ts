import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { preludeFile, renderPrelude } from './prelude.ts';

test('the n8n prelude is as its sources say; if not, run `node scripts/prelude.ts`', async () => {
  expect(readFileSync(preludeFile, 'utf8') === (await renderPrelude())).toBe(true);
});
