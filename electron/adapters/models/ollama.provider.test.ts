import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PullProgress } from '../../../shared/model/model.ts';
import { type ScriptedOllama, startScriptedOllama } from '../../../tests/helpers/scripted-ollama.ts';
import type { ModelEvent, ModelRequest } from '../../runtime/ports.ts';
import { createOllamaProvider } from './ollama.provider.ts';

const net = { fetchFor: () => fetch };
const provider = createOllamaProvider({ net });
let server: ScriptedOllama;
const config = () => ({ id: 'ollama', type: 'ollama' as const, title: 'Ollama', baseUrl: server.url, enabled: true });
const request = (over: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'scripted:1b',
  messages: [{ role: 'user', text: 'hi' }],
  tools: [],
  signal: AbortSignal.timeout(20_000),
  ...over,
});
const all = async <T>(stream: AsyncIterable<T>): Promise<T[]> => {
  const out: T[] = [];
  for await (const each of stream) out.push(each);
  return out;
};
const chat = (over: Partial<ModelRequest> = {}) => all(provider.chat(config(), request(over)));
const textOf = (events: ModelEvent[]) => events.map((event) => (event.type === 'text' ? event.text : '')).join('');

afterEach(() => server.close());

describe('the Ollama provider', () => {
  it('describes version, models, tools and window', async () => {
    server = await startScriptedOllama({
      models: [
        { name: 'a:1b', capabilities: ['completion', 'tools', 'vision'], contextLength: 4096 },
        { name: 'b:2b', capabilities: ['completion'], size: 42, parameters: '2B' },
      ],
    });
    const told = await provider.describe(config(), AbortSignal.timeout(10_000));
    expect(told.version).toBe('0.12.6');
    expect(told.models).toEqual([
      {
        ref: 'ollama/a:1b',
        name: 'a:1b',
        size: 1_000_000,
        family: 'scripted',
        parameters: '1B',
        tools: true,
        images: true,
        contextLength: 4096,
      },
      {
        ref: 'ollama/b:2b',
        name: 'b:2b',
        size: 42,
        family: 'scripted',
        parameters: '2B',
        tools: false,
        images: false,
        contextLength: 8192,
      },
    ]);
  });

  it('streams text, thinking, tool calls and counts', async () => {
    server = await startScriptedOllama({
      replies: () => ({ thinking: 'hm', text: 'Hello there', chunks: 3, toolCalls: [{ name: 'x__y', arguments: { a: 1 } }] }),
    });
    const events = await chat({ tools: [{ name: 'x__y', description: 'd', inputSchema: { type: 'object' } }] });
    expect(textOf(events)).toBe('Hello there');
    expect(events.filter((event) => event.type === 'text').length).toBe(3);
    expect(events.map((event) => (event.type === 'reasoning' ? event.text : '')).join('')).toBe('hm');
    expect(events).toContainEqual({ type: 'tool-call', id: 'call-1', name: 'x__y', args: { a: 1 } });
    expect(events.at(-1)).toEqual({ type: 'end', usage: { inputTokens: 10, outputTokens: 5 }, reason: 'tool-calls' });
    expect(server.chats[0]?.tools?.[0]?.function.name).toBe('x__y');
  });

  it('passes format, tool results and a window that fits', async () => {
    server = await startScriptedOllama({ replies: () => ({ text: '{}' }) });
    await chat({
      format: { type: 'object' },
      messages: [
        { role: 'user', text: 'x'.repeat(20_000) },
        { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', args: { p: 1 } }] },
        { role: 'tool', text: 'out', toolCallId: 'c', toolName: 'f' },
      ],
    });
    const sent = server.chats[0];
    expect(sent?.format).toEqual({ type: 'object' });
    expect(sent?.messages[1]?.tool_calls).toEqual([{ function: { name: 'f', arguments: { p: 1 } } }]);
    expect(sent?.messages[2]).toMatchObject({ role: 'tool', content: 'out', tool_name: 'f' });
    expect(sent?.options?.num_ctx).toBe(16_384);
  });

  it('says what is wrong and never writes to the console', async () => {
    const spies = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name).mockImplementation(() => undefined));
    server = await startScriptedOllama({
      models: [{ name: 'plain', capabilities: ['completion'] }],
      replies: (_, index) =>
        [{ fail: { status: 500, error: 'boom' } }, { text: 'a', failMidway: 'runner died' }, { text: 'a', cut: true }][index] ?? {},
    });
    await expect(chat({ model: 'nope' })).rejects.toMatchObject({
      code: 'model-not-found',
      hint: expect.stringContaining('ollama pull nope'),
    });
    const tools = [{ name: 'f', description: '', inputSchema: {} }];
    await expect(chat({ model: 'plain', tools })).rejects.toMatchObject({ code: 'model-no-tools' });
    await server.close();
    server = await startScriptedOllama({
      replies: (_, index) =>
        [{ fail: { status: 500, error: 'boom' } }, { text: 'a', failMidway: 'runner died' }, { text: 'a', cut: true }][index] ?? {},
    });
    await expect(chat()).rejects.toMatchObject({ code: 'provider-error', message: expect.stringContaining('boom') });
    await expect(chat()).rejects.toMatchObject({ code: 'provider-error', message: expect.stringContaining('runner died') });
    await expect(chat()).rejects.toMatchObject({ code: 'provider-error' });
    const gone = config();
    await server.close();
    await expect(provider.describe(gone, AbortSignal.timeout(5000))).rejects.toMatchObject({
      code: 'provider-unreachable',
      hint: expect.stringContaining('ollama serve'),
    });
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });

  it('stops: the server sees the client go, before the first byte and midway', async () => {
    server = await startScriptedOllama({
      replies: () => ({ text: 'abcdef', chunks: 3, holdAt: { chunk: 1, until: new Promise(() => undefined) } }),
    });
    const controller = new AbortController();
    const got: string[] = [];
    const reading = (async () => {
      for await (const event of provider.chat(config(), request({ signal: controller.signal }))) {
        if (event.type === 'text') got.push(event.text);
        controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await server.whenAborted(1);
    expect(got).toEqual(['ab']);
    // A reader that simply leaves lets go as well.
    for await (const _ of provider.chat(config(), request())) break;
    await server.whenAborted(2);
  });

  it('pulls with progress, is cancelled by leaving, and says why a pull failed', async () => {
    const steps = [
      { status: 'pulling manifest' },
      { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 40 },
      { status: 'pulling abc', digest: 'sha256:abc', total: 100, completed: 100 },
    ];
    const slow = Array.from({ length: 2000 }, (_, i) => ({ status: 'pulling abc', total: 2000, completed: i }));
    server = await startScriptedOllama({ pulls: { 'new:1b': { steps }, 'slow:1b': { steps: slow, delayMs: 5 } } });
    const pull = (model: string) => provider.pull?.(config(), model, AbortSignal.timeout(20_000)) as AsyncIterable<PullProgress>;
    const progress = await all(pull('new:1b'));
    expect(progress.at(1)).toEqual({ status: 'pulling abc', completed: 40, total: 100, done: false });
    expect(progress.at(-1)).toEqual({ status: 'success', done: true });
    expect(server.models.map((model) => model.name)).toContain('new:1b');
    for await (const step of pull('slow:1b')) if ((step.completed ?? 0) > 3) break;
    await server.whenAborted(1);
    expect(server.models.map((model) => model.name)).not.toContain('slow:1b');
    await expect(all(pull('absent'))).rejects.toMatchObject({ message: expect.stringContaining('file does not exist') });
    await provider.remove?.(config(), 'new:1b');
    expect(server.models.map((model) => model.name)).not.toContain('new:1b');
  });
});
