// Patterns of arguments: a star stands for any characters, and is no way out of the folder that it follows.

import { expect, test } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { whyNot } from './conditions.ts';
import { touchedBy } from './touched.ts';

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

const nul = String.fromCharCode(0);
const [notes, open_] = ['/home/me/notes/*', 'https://a.org/public/*'];

// Spellings by which readers were led out of what a person saw. None is allowed; each asks.
test.each([
  [notes, '/home/me/notes/%2e%2e/.bashrc'],
  [notes, '/home/me/notes/%252e%252e/.bashrc'],
  [notes, '/home/me/notes/%25252e%25252e%25252f.bashrc'],
  [notes, '/home/me/notes/.%2e/.bashrc'],
  [notes, '/home/me/notes/%2e%252e%5c.bashrc'],
  [notes, '/home/me/notes/..%c0%af.bashrc'],
  [notes, '/home/me/notes/%c0%ae%c0%ae/.bashrc'],
  [notes, '/home/me/notes/%e0%80%ae%e0%80%ae/.bashrc'],
  [notes, '/home/me/notes/%f0%80%80%ae%f0%80%80%ae/.bashrc'],
  [notes, '/home/me/notes/%25c0%25ae%25c0%25ae/.bashrc'],
  [notes, '/home/me/notes/%u002e%u002e/.bashrc'],
  [notes, '/home/me/notes/..\\.bashrc'],
  [notes, '/home/me/notes/x\\..\\..\\.bashrc'],
  [notes, '/home/me/notes/．．／.bashrc'],
  [notes, '/home/me/notes/‥/.bashrc'],
  [notes, '/home/me/notes/..∕.bashrc'],
  [notes, '/home/me/notes/.\u200b./.bashrc'],
  [notes, '/home/me/notes/.. /.bashrc'],
  [notes, '/home/me/notes/..;x=1/.bashrc'],
  [notes, `/home/me/notes/x${nul}`],
  ['/home/me/notes/*.md', `/home/me/notes/.ssh${nul}.md`],
  ['/home/me/notes/*.md', '/home/me/notes/.ssh%00.md'],
  ['/home/me/notes/*.md', '/home/me/notes/.ssh%2500.md'],
  [notes, `/home/me/notes/${'%25'.repeat(1)}${'25'.repeat(20)}2e./x`],
  [open_, 'https://a.org/public/%252e%252e/admin'],
  [open_, 'https://a.org/public/%2e%2e%2fadmin'],
  [open_, 'https://a.org/public/.\t./admin'],
  [open_, 'https://a.org/public/..;/admin'],
  [open_, 'https://a.org/public/..#x'],
  [open_, 'https://a.org/public/%5c..%5cadmin'],
  ['https://a.org*', 'https://a.org.evil.test/'],
  ['https://a.org*', 'https://a.org@evil.test/'],
  ['https://a.org*', 'https://a.org:x@evil.test/'],
  ['https://*.a.org/*', 'https://evil.test/.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test?.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test#.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test\\.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test@b.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test%2f.a.org/x'],
  ['https://*.a.org/*', 'https://evil.test\n.a.org/x'],
  ['http://localhost:*', 'http://localhost:1@evil.test/'],
  ['https://a.org/*/public', 'https://a.org/admin?/public'],
  ['https://a.org/*/public', 'https://a.org/admin#/public'],
])('allowing %s does not allow %j', (pattern, text) => expect(holds('allow', pattern, text)).toBe(false));

test.each([
  [notes, '/home/me/notes/100%25.md'],
  [notes, '/home/me/notes/a%2fb'],
  [notes, '/home/me/notes/größe….md'],
  [open_, 'https://a.org/public/x?page=2#top'],
  ['https://a.org*', 'https://a.org/x'],
  ['https://a.org*', 'https://a.org'],
  ['https://*.a.org/*', 'https://b.c.a.org/x?y=https://e.test/'],
  ['http://localhost:*', 'http://localhost:8080/x'],
  ['https://*', 'https://b.org/x'],
  ['Dear *', 'Dear all,\nsee https://a.org/../b'.replace('/../', '/')],
])('allowing %s goes on to allow %j', (pattern, text) => expect(holds('allow', pattern, text)).toBe(true));

test.each([
  ['/etc/*', '/x/%252e%252e/etc/passwd'],
  ['/etc/passwd', '/etc//passwd'],
  ['/etc/passwd', '/etc/./passwd'],
  ['/etc/passwd', '//etc/passwd'],
  ['/etc/passwd', '/ETC/passwd'],
  ['/etc/passwd', `/etc/passwd${nul}.txt`],
  ['/etc/passwd', '/etc/passwd%00.txt'],
  ['/etc/*', '/x/%c0%ae%c0%ae/etc/passwd'],
  ['/etc/*', '/%65tc/passwd'],
  ['https://a.org/admin/*', 'HTTPS://A.ORG/admin/x'],
  ['https://a.org/admin/*', 'https://me@a.org/admin/x'],
  ['https://a.org/admin/*', 'https://a.org:443/admin/x'],
  ['https://a.org/admin/*', 'https://a.org./admin/x'],
  ['https://a.org/admin/*', 'https:\\\\a.org\\admin\\x'],
  ['https://a.org/admin/*', 'https://a.org/ad\tmin/x'],
  ['https://a.org/admin/*', 'https://a.org/%61dmin/x'],
  ['https://a.org/admin', 'https://a.org/admin?x=1'],
  ['https://a.org/admin', 'https://a.org/admin#x'],
])('forbidding %s forbids %j', (pattern, text) => expect(holds('deny', pattern, text)).toBe(true));

test('how long it takes is bounded by the text', () => {
  const text = `/home/me/notes/${'%25'.repeat(30_000)}2e./${'../'.repeat(10_000)}x`;
  expect(holds('allow', notes, text)).toBe(false);
  expect(holds('deny', '/etc/*', text)).toBe(false);
});

const named = (args: Record<string, string>, conditions: object, effect: 'allow' | 'deny' = 'allow'): boolean => {
  const of = { kind: 'tool-call' as const, server: 'theirs' as ServerId, tool: 'get', createdAt: 1, from: 'a test', uses: 0 };
  const grant = { id: 'g', subject: { kind: 'everyone' }, effect, ...of, conditions } as StandingGrant;
  const { paths, hosts, isDeep } = touchedBy(args, { builtIn: false, name: 'get' });
  return whyNot(grant, { now: 1, minute: 1, args, paths, hosts, isDeep, used: () => ({ lastHour: 0, tokensToday: 0 }) }) === undefined;
};

// Programs of others do not all read an address as browsers do.
test.each([
  [{ url: 'https://a.org\\@evil.test/' }, 'a.org', false, 'evil.test'],
  [{ url: 'https://a.org\\.evil.test/' }, 'a.org', false, undefined],
  [{ url: 'https://evil.test@a.org/' }, 'a.org', false, undefined],
  [{ url: 'https://a.org%2f@evil.test/' }, 'a.org', false, 'evil.test'],
  [{ url: 'https://a.o\trg/' }, 'a.org', false, 'a.org'],
  [{ url: 'https://ａ.org/' }, 'a.org', false, 'a.org'],
  [{ host: 'a.org@evil.test' }, 'a.org', false, 'evil.test'],
  [{ url: 'https://a.org/x' }, 'a.org', true, 'a.org'],
  [{ url: 'https://[::1]:8080/x' }, '::1', true, undefined],
])('the address %j for the host %s: %s', (args, host, is, forbidden) => {
  expect(named(args as Record<string, string>, { hosts: [host] })).toBe(is);
  if (forbidden !== undefined) expect(named(args as Record<string, string>, { hosts: [forbidden] }, 'deny')).toBe(true);
});

test.each([
  [{ path: '/notes/a.md' }, true],
  [{ path: '/notes/100%25.md' }, true],
  [{ path: 'file:///notes/a.md' }, true],
  [{ path: 'file:///notes/%2e%2e/etc/passwd' }, false],
  [{ path: 'file:///notes/%252e%252e/etc/passwd' }, false],
  [{ path: '/notes/%2e%2e%2fetc' }, false],
  [{ path: '/notes/..%c0%afetc' }, false],
  [{ path: `/notes/x${nul}` }, false],
  [{ path: '/notes/.. /etc' }, false],
])('what programs of others take for a file: %j in /notes: %s', (args, is) => expect(named(args, { folders: ['/notes'] })).toBe(is));

// Some seconds of the whole app for each of these calls, before.
test('a host of nothing but dots is read in no time', () => {
  const before = process.cpuUsage().user;
  expect(holds('deny', 'https://a.org/*', `https://${'.'.repeat(300_000)}a.org/x`)).toBe(false);
  expect(holds('deny', 'https://a.org/*', `https://a.org${'.'.repeat(300_000)}/x`)).toBe(true);
  expect(process.cpuUsage().user - before).toBeLessThan(20_000_000);
}, 60_000);
