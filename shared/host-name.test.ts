import { expect, it } from 'vitest';
import { cleanHost, hostEntry } from './host-name.ts';

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

it('takes a port where the list has ports', () => {
  expect(['Example.org:8443', 'localhost:4873', '127.0.0.1:1', '[::1]:80', '*.example.org', '::1', 'example.org'].map(hostEntry)).toEqual([
    'example.org:8443',
    'localhost:4873',
    '127.0.0.1:1',
    '[::1]:80',
    '*.example.org',
    '::1',
    'example.org',
  ]);
  expect(['example.org:0', 'example.org:65536', 'example.org:', ':80', 'http://example.org:80', 'example.org:80/x'].map(hostEntry)).toEqual(
    Array(6).fill(null),
  );
});
