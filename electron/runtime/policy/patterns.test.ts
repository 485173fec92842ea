// Patterns of arguments: a star stands for any characters, and is no way out of the folder that it follows.

import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { whyNot } from './conditions.ts';

const holds = (effect: 'allow' | 'deny', pattern: string, path: string): boolean => {
  const of = { kind: 'tool-call' as const, server: 'files' as ServerId, tool: 'write_text', createdAt: 1, from: 'a test', uses: 0 };
  const grant = { id: 'g', subject: { kind: 'everyone' }, effect, ...of, conditions: { args: { path: pattern } } } as StandingGrant;
  return whyNot(grant, { now: 1, minute: 1, args: { path }, used: () => ({ lastHour: 0, tokensToday: 0 }) }) === undefined;
};

test.each([
  ['/home/me/notes/*', '/home/me/notes/a.md', true],
  ['/home/me/notes/*', '/home/me/notes/a..b.md', true],
  ['/home/me/notes/*', '/home/me/notes/../.bashrc', false],
  ['/home/me/notes/*', '/home/me/notes/x/../../.ssh/id', false],
  ['/home/me/notes/*', '/home/me/notes/..', false],
  ['C:\\\\notes\\\\*', 'C:\\notes\\..\\Windows', false],
  ['https://a.org/public/*', 'https://a.org/public/%2e%2E/admin', false],
  ['https://a.org/public/*', 'https://a.org/public/..?x', false],
  ['https://a.org/public/*', 'https://a.org/public/x%2F..%2fadmin', false],
  ['*', '/a/../b', true],
  ['/a/../b', '/a/../b', true],
])('allowing %s for %s: %s', (pattern, path, is) => expect(holds('allow', pattern, path)).toBe(is));

test.each([
  ['/etc/*', '/etc/passwd', true],
  ['/etc/*', '/home/../etc/passwd', true],
  ['/etc/*', '/etc/../home/me', true],
  ['/etc/passwd', '/home/me/../../etc/./passwd', true],
  ['https://a.org/admin/*', 'https://a.org/x/%2e./admin/y', true],
  ['https://a.org/admin/*', 'https://a.org/x%2F..%2fadmin/y', true],
  ['C:/notes/*', 'C:/x%5C..%5cnotes/y', true],
  ['/etc/*', '/home/me/etc/a', false],
])('forbidding %s for %s: %s', (pattern, path, is) => expect(holds('deny', pattern, path)).toBe(is));
