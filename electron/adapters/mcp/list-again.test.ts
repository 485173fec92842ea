import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, expect, it, vi } from 'vitest';
import { createMcpClient } from './mcp-client.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A server that says after each list that it has changed. */
async function connected(describe: (count: number) => string) {
  const { server } = new McpServer({ name: 's', version: '1' }, { capabilities: { tools: { listChanged: true } } });
  let count = 0;
  server.setRequestHandler(ListToolsRequestSchema, () => {
    count += 1;
    setTimeout(() => void server.sendToolListChanged(), 10);
    return { tools: [{ name: 'a', description: describe(count), inputSchema: { type: 'object' } }] };
  });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const said: (string | undefined)[] = [];
  const client = createMcpClient({ version: '1', note: (text) => said.push(text), onTools: ([tool]) => said.push(tool?.description) });
  await client.connect(ours, 5_000);
  return { said, lists: () => count, close: () => client.close() };
}

it('a list that changes without end is read more and more seldom', async () => {
  vi.useFakeTimers();
  const { said, lists, close } = await connected((count) => `the ${count}.`);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said).toEqual(['the 2.']);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(lists()).toBeGreaterThan(5);
  expect(lists()).toBeLessThan(15);
  expect(said.at(-1)).toBe(`the ${lists()}.`);
  await close();
});

it('and one that is the same as before is told to nobody', async () => {
  vi.useFakeTimers();
  const { said, lists, close } = await connected((count) => (count < 4 ? 'one' : 'another'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lists()).toBeGreaterThan(4);
  expect(said).toEqual(['another']);
  await close();
});
