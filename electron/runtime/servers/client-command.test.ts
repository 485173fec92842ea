import { expect, it } from 'vitest';
import { foreignCommandLine } from './from-catalogue.ts';

const read = (line: string) => foreignCommandLine(line).servers[0];

it('reads the lines that makers of servers give for other programs', () => {
  expect(read('claude mcp add --transport http sentry https://mcp.sentry.dev/mcp --header "Authorization: Bearer abc:def"')).toMatchObject({
    key: 'sentry',
    transport: 'http',
    url: 'https://mcp.sentry.dev/mcp',
    headers: { Authorization: 'Bearer abc:def' },
  });
  expect(read('claude mcp add -s user -e API_KEY=a=b notes -- npx -y notes-server --transport stdio')).toMatchObject({
    key: 'notes',
    command: 'npx',
    args: ['-y', 'notes-server', '--transport', 'stdio'],
    env: { API_KEY: 'a=b' },
  });
  expect(read('claude mcp add notes npx -y notes-server')).toMatchObject({ key: 'notes', command: 'npx', args: ['-y', 'notes-server'] });
  expect(read('codex mcp add far --url=https://far.example/sse --transport=sse')).toMatchObject({
    url: 'https://far.example/sse',
    transport: 'sse',
  });
  expect(read(`claude mcp add-json notes '{"command":"npx","args":["-y","x"]}'`)).toMatchObject({ key: 'notes', command: 'npx' });
});

it('leaves every other line a command', () => {
  for (const line of ['claude mcp serve', 'claude mcp add', 'node mcp add x y']) expect(read(line)?.command).toBe(line.split(' ')[0]);
  expect(() => read('claude mcp add __proto__ npx')).toThrow(/__proto__/);
});

it('names a server in a container by its image', () => {
  expect(read('docker run -i --rm -e A=1 ghcr.io/github/github-mcp-server:1.2 stdio')?.key).toBe('github');
  expect(read('docker run -i --rm mcp/fetch')?.key).toBe('fetch');
});
