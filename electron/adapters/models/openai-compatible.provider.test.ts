import { afterEach, describe, expect, it } from 'vitest';
import type { SecretName } from '../../../shared/model/ids.ts';
import { type ScriptedOpenAi, startScriptedOpenAi } from '../../../tests/helpers/scripted-openai.ts';
import type { ModelEvent, ModelRequest } from '../../runtime/ports.ts';
import { createOpenAiCompatibleProvider } from './openai-compatible.provider.ts';

let server: ScriptedOpenAi;
const revealed: string[] = [];
const provider = createOpenAiCompatibleProvider({
  net: { fetchFor: () => fetch },
  reveal: async (name) => {
    revealed.push(name);
    return 'sk-test';
  },
});
const config = () => ({
  id: 'lm',
  type: 'openai-compatible' as const,
  title: 'LM',
  baseUrl: server.url,
  enabled: true,
  apiKey: 'lm-key' as SecretName,
});
const request = (over: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'scripted',
  messages: [
    { role: 'system', text: 'be brief' },
    { role: 'user', text: 'hi' },
  ],
  tools: [],
  signal: AbortSignal.timeout(20_000),
  ...over,
});
const chat = async (over: Partial<ModelRequest> = {}) => {
  const out: ModelEvent[] = [];
  for await (const event of provider.chat(config(), request(over))) out.push(event);
  return out;
};
afterEach(() => server.close());

describe('the OpenAI-compatible provider', () => {
  it('lists models with the key from the vault', async () => {
    server = await startScriptedOpenAi({ models: ['m1', 'org/m2'] });
    const told = await provider.describe(config(), AbortSignal.timeout(5000));
    expect(told.models).toEqual([
      { ref: 'lm/m1', name: 'm1' },
      { ref: 'lm/org/m2', name: 'org/m2' },
    ]);
    expect(server.keys).toEqual(['Bearer sk-test']);
    expect(revealed).toContain('lm-key');
  });

  it('knows which models see pictures where the list says so, and sends them', async () => {
    server = await startScriptedOpenAi({
      models: ['a', 'b', 'c', 'd', 'e'],
      listed: {
        a: { architecture: { input_modalities: ['text', 'image'] } },
        b: { capabilities: ['completion', 'multimodal'] },
        c: { capabilities: { vision: false } },
        d: { capabilities: 'odd', architecture: null },
      },
      replies: () => ({ text: 'a cat' }),
    });
    const { models } = await provider.describe(config(), AbortSignal.timeout(5000));
    expect(models.map((each) => each.images)).toEqual([true, true, false, undefined, undefined]);
    const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await chat({ messages: [{ role: 'user', text: 'What is it?', images: [image] }] });
    expect(server.chats[0]?.messages[0]?.content).toEqual([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
      { type: 'text', text: 'What is it?' },
    ]);
  });
  it('streams text, reasoning and tool calls put together from deltas', async () => {
    server = await startScriptedOpenAi({
      replies: () => ({
        text: 'Hello you',
        chunks: 3,
        reasoning: 'hm',
        toolCalls: [{ id: 'c1', name: 'files__list', arguments: '{"path":"/tmp"}' }],
      }),
    });
    const events = await chat({
      tools: [{ name: 'files__list', description: 'd', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } }],
    });
    expect(events.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe('Hello you');
    expect(events).toContainEqual({ type: 'reasoning', text: 'hm' });
    expect(events).toContainEqual({ type: 'tool-call', id: 'c1', name: 'files__list', args: { path: '/tmp' } });
    expect(events.at(-1)).toEqual({ type: 'end', usage: { inputTokens: 11, outputTokens: 7 }, reason: 'tool-calls' });
    expect(server.chats[0]?.messages[0]).toMatchObject({ role: 'system', content: 'be brief' });
    expect(server.keys[0]).toBe('Bearer sk-test');
  });

  it('sends tool results and a schema for the answer', async () => {
    server = await startScriptedOpenAi({ replies: () => ({ text: '{"a":1}' }) });
    await chat({
      format: { type: 'object', properties: { a: { type: 'number' } } },
      messages: [
        { role: 'user', text: 'x' },
        { role: 'assistant', text: '', toolCalls: [{ id: 'c', name: 'f', args: {} }] },
        { role: 'tool', text: 'out', toolCallId: 'c', toolName: 'f' },
      ],
    });
    expect(server.chats[0]?.messages[2]).toMatchObject({ role: 'tool', tool_call_id: 'c', content: 'out' });
    expect(server.chats[0]?.response_format).toMatchObject({ type: 'json_schema' });
  });

  it('says what is wrong', async () => {
    const fails = [
      { status: 404, message: 'model not found' },
      { status: 400, message: 'This model does not support tools' },
      { status: 401, message: 'bad key' },
      { status: 500, message: 'boom' },
    ];
    server = await startScriptedOpenAi({ replies: (_, index) => ({ fail: fails[index] ?? { status: 500, message: '' } }) });
    await expect(chat()).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(chat()).rejects.toMatchObject({ code: 'model-no-tools' });
    await expect(chat()).rejects.toMatchObject({ code: 'provider-refused' });
    await expect(chat()).rejects.toMatchObject({ code: 'provider-error' });
    await server.close();
    await expect(chat()).rejects.toMatchObject({ code: 'provider-unreachable' });
  });

  it('is stopped midway', async () => {
    server = await startScriptedOpenAi({ replies: () => ({ text: 'x'.repeat(400), chunks: 400, delayMs: 10 }) });
    const controller = new AbortController();
    const reading = (async () => {
      for await (const event of provider.chat(config(), request({ signal: controller.signal })))
        if (event.type === 'text') controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => server.aborted, { timeout: 10_000 }).toBe(1);
  });
});
