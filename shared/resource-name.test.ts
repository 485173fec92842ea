import { expect, test } from 'vitest';
import { resourceName } from './resource-name.ts';

test.each([
  ['file:///home/me/notes/plan.md', 'plan.md'],
  ['https://a.org/docs/?page=2#top', 'docs'],
  ['memo://one', 'one'],
  ['note', 'note'],
  ['?only=this', '?only=this'],
  [`file:///${'x'.repeat(500)}`, 'x'.repeat(200)],
])('%s is called %s', (uri, name) => expect(resourceName(uri)).toBe(name));
