import { describe, expect, it } from 'vitest';
import { readServerConfig } from './read-server-config.ts';

const claude = `{
  "globalShortcut": "Alt+Space",
  "mcpServers": {
    "filesystem": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/home/ada/notes"] },
    "github": { "command": "docker", "args": ["run", "-i"], "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_0123456789abcdefghij0123456789abcdef" }, "disabled": true }
  }
}`;

const vscode = `{
  // keys are asked for
  "inputs": [
    { "type": "promptString", "id": "token", "description": "Your token", "password": true },
    { "type": "pickString", "id": "region", "description": "Region", "options": ["eu", "us"], "default": "eu" },
  ],
  "servers": {
    "remote": { "type": "http", "url": "https://mcp.example.com/mcp", "headers": { "Authorization": "Bearer \${input:token}" } },
    "local": { "type": "stdio", "command": "\${workspaceFolder}/bin/tool", "args": ["--region=\${input:region}"], "envFile": ".env" },
  },
}`;

describe('readServerConfig', () => {
  it('reads the form of Claude Desktop', () => {
    const { servers } = readServerConfig(claude);
    expect(servers.map(({ key, command, isDisabled }) => [key, command, isDisabled])).toEqual([
      ['filesystem', 'npx', false],
      ['github', 'docker', true],
    ]);
    expect(servers[1]?.env).toEqual({ GITHUB_PERSONAL_ACCESS_TOKEN: 'ghp_0123456789abcdefghij0123456789abcdef' });
  });

  it('reads the form of VS Code, with comments, trailing commas and inputs', () => {
    const { servers, inputs } = readServerConfig(vscode);
    expect(inputs).toEqual([
      { id: 'token', description: 'Your token', isSecret: true },
      { id: 'region', description: 'Region', isSecret: false, default: 'eu', options: ['eu', 'us'] },
    ]);
    expect(servers[0]).toMatchObject({ transport: 'http', url: 'https://mcp.example.com/mcp', command: '' });
    expect(servers[1]?.notes.join()).toContain('envFile');
  });

  it.each([
    ['settings.json of VS Code', '{"mcp":{"servers":{"a":{"command":"x"}}}}'],
    ['Claude Code, by project', '{"projects":{"/home/a/p":{"mcpServers":{"a":{"command":"x"}}}}}'],
    ['Zed', '{"context_servers":{"a":{"command":{"path":"x","args":["1"],"env":{}}}}}'],
    ['the servers alone', '{"a":{"command":"x"}}'],
    ['a pasted part', '"a": { "command": "x" },'],
  ])('reads %s', (_name, text) => {
    expect(readServerConfig(text).servers).toMatchObject([{ key: 'a', command: 'x' }]);
  });

  it('reaches a bridged address directly, with its header', () => {
    const text = JSON.stringify({
      mcpServers: {
        far: {
          command: 'npx',
          args: ['-y', 'mcp-remote@latest', 'https://far.example.com/sse', '--header', 'X-Key: ${KEY}'],
          env: { KEY: 'abc' },
        },
      },
    });
    expect(readServerConfig(text).servers[0]).toMatchObject({
      command: '',
      url: 'https://far.example.com/sse',
      headers: { 'X-Key': 'abc' },
    });
  });

  it('names the place of a fault', () => {
    expect(() => readServerConfig('{\n  "mcpServers": {\n    "a": nonsense\n')).toThrow(/line 3, column 10/);
  });

  it.each([
    ['no servers', '{"theme":"dark"}', 'config-without-servers'],
    ['a list', '[1]', 'config-unreadable'],
    ['a poisoned key', '{"mcpServers":{"__proto__":{"command":"x"}}}', 'json-poisoned-key'],
    ['depth', `{"mcpServers":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`, 'json-too-deep'],
    ['size', `{"a":"${'x'.repeat(1_000_001)}"}`, 'json-too-large'],
  ])('refuses %s', (_name, text, code) => {
    expect(() => readServerConfig(text)).toThrow(expect.objectContaining({ code }));
  });

  it('keeps what it cannot take over, with the reason', () => {
    const { servers } = readServerConfig('{"mcpServers":{"a":{"url":"ftp://x"},"b":{"args":[]},"c":{"command":"ok"}}}');
    expect(servers.map(({ key, problem }) => [key, problem !== undefined])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
  });
});

it('says how a Windows path is written, where one was copied as it is', () => {
  expect(() => readServerConfig('{"w":{"command":"C:\\Program Files\\x.cmd"}}')).toThrow(
    expect.objectContaining({ code: 'config-unreadable', hint: expect.stringContaining('written twice') }),
  );
});
