import { expect, it } from 'vitest';
import { knownPlaces } from './found-configs.ts';

it('knows where Claude Desktop, VS Code and Cursor keep theirs on each system', () => {
  const of = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}) =>
    Object.fromEntries(knownPlaces({ platform, home: '/h', env }).map(({ program, path }) => [program, path]));
  expect(of('linux')).toMatchObject({
    'Claude Desktop': '/h/.config/Claude/claude_desktop_config.json',
    'VS Code': '/h/.config/Code/User/mcp.json',
    Cursor: '/h/.cursor/mcp.json',
  });
  expect(of('linux', { XDG_CONFIG_HOME: '/x' })['VS Code']).toBe('/x/Code/User/mcp.json');
  expect(of('darwin')['Claude Desktop']).toBe('/h/Library/Application Support/Claude/claude_desktop_config.json');
});
