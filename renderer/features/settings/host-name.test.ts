import { expect, it } from 'vitest';
import { cleanHost } from './host-name.ts';

it('takes names, wildcards and addresses', () => {
  expect(['Example.org', '*.example.org', 'localhost', '192.168.1.4', '[::1]'].map(cleanHost)).toEqual([
    'example.org',
    '*.example.org',
    'localhost',
    '192.168.1.4',
    '[::1]',
  ]);
});

it('refuses addresses of pages, ports and nonsense', () => {
  expect(['http://example.org', 'example.org/path', 'example.org:80', '', '-a.org', 'a..b', '*.'].map(cleanHost)).toEqual(
    Array(7).fill(null),
  );
});
