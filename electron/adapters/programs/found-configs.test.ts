import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createFoundConfigs, knownPlaces } from './found-configs.ts';

const home = mkdtempSync(join(tmpdir(), 'orrery-found-'));
afterEach(() => rmSync(home, { recursive: true, force: true }));

it('finds what Claude Desktop, VS Code and Cursor keep, where each system has it, and reads nothing else', () => {
  const of = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) =>
    Object.fromEntries(knownPlaces({ platform, home: '/h', env }).map(({ program, path }) => [program, path]));
  expect(of('linux')).toMatchObject({
    'Claude Desktop': '/h/.config/Claude/claude_desktop_config.json',
    'VS Code': '/h/.config/Code/User/mcp.json',
    Cursor: '/h/.cursor/mcp.json',
  });
  expect(of('linux', { XDG_CONFIG_HOME: '/x' })['VS Code']).toBe('/x/Code/User/mcp.json');
  expect(of('darwin')['Claude Desktop']).toBe('/h/Library/Application Support/Claude/claude_desktop_config.json');

  const configs = createFoundConfigs({ platform: 'linux', home, env: {} });
  expect(configs.list()).toEqual([]);
  const file = join(home, '.cursor/mcp.json');
  mkdirSync(dirname(file));
  writeFileSync(file, '{"mcpServers":{}}');
  writeFileSync(join(home, 'other.json'), '{}');
  expect(configs.list()).toEqual([{ program: 'Cursor', path: file }]);
  expect(configs.read(file)).toEqual({ program: 'Cursor', text: '{"mcpServers":{}}' });
  expect(() => configs.read(join(home, 'other.json'))).toThrow(expect.objectContaining({ code: 'config-not-found' }));
});
