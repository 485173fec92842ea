import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { npmRegistryOf } from './registry.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'orrery-registry-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = (text: string): void => writeFileSync(join(home, '.npmrc'), text);
const of = (env: Record<string, string> = {}): string => npmRegistryOf({ env, home });

it('is npm’s own where the person set none', () => {
  expect(new URL(of()).protocol).toBe('https:');
  settings('@own:registry=https://packages.example.com/\n# registry=https://packages.example.com/\n');
  expect(of()).not.toContain('example.com');
});

it('is that of the person’s npm settings; the environment goes first', () => {
  settings('# mine\nregistry = https://packages.example.com/npm/\n');
  expect(of()).toBe('https://packages.example.com/npm');
  expect(of({ npm_config_registry: 'http://127.0.0.1:1/' })).toBe('http://127.0.0.1:1');
  expect(of({ NPM_CONFIG_REGISTRY: 'https://other.example.com//' })).toBe('https://other.example.com');
  settings('registry="https://quoted.example.com"\n');
  expect(of()).toBe('https://quoted.example.com');
});

it.each(['file:///etc', 'no address', 'https://name:password@packages.example.com/', ''])('passes over “%s”', (named) => {
  settings('registry=https://packages.example.com\n');
  expect(of({ npm_config_registry: named })).toBe('https://packages.example.com');
});
