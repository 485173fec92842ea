import { expect, onTestFinished, test } from 'vitest';
import { defaultSettings } from '../../../shared/model/settings.ts';
import { openNode } from '../../../tests/helpers/run-node.ts';
import { startScriptedOllama } from '../../../tests/helpers/scripted-ollama.ts';
import { systemClock } from '../../adapters/clock.ts';
import { createOllamaProvider } from '../../adapters/models/ollama.provider.ts';
import { createOpenAiCompatibleProvider } from '../../adapters/models/openai-compatible.provider.ts';
import { createNet } from '../../adapters/net/net.ts';
import { createModelService } from '../agent/models.ts';
import { createSettings } from '../settings.ts';
import { modelPromptNode } from './model-prompt.node.ts';

/** The real provider and the real client, asking a server that answers with `text`. */
async function openModel(text: string) {
  const ollama = await startScriptedOllama({ replies: () => ({ text, chunks: 3 }) });
  onTestFinished(() => ollama.close());
  const providers = [{ id: 'ollama', type: 'ollama' as const, title: 'Ollama', baseUrl: ollama.url, enabled: true }];
  const settings = createSettings({ get: () => ({ ...defaultSettings, providers }), put: () => undefined });
  const net = createNet();
  const models = createModelService({
    settings,
    clock: systemClock,
    providers: {
      ollama: createOllamaProvider({ net }),
      'openai-compatible': createOpenAiCompatibleProvider({ net, reveal: () => Promise.reject(new Error('no secrets here')) }),
    },
  });
  return { ollama, node: openNode(modelPromptNode, {}, { models }) };
}

test('sends the rendered prompt and its character, and gives the whole answer', async () => {
  const { ollama, node } = await openModel('A short answer.');
  const end = await node.run({ prompt: 'Sum up: {{ input }}', system: 'Be brief.' }, { given: ['long text'] });
  expect(end.outputs).toEqual({ out: 'A short answer.' });
  expect(ollama.chats[0]?.messages.map(({ role, content }) => [role, content])).toEqual([
    ['system', 'Be brief.'],
    ['user', 'Sum up: long text'],
  ]);
});

test('with an answer shape the answer is data, and prose is refused in words', async () => {
  const shape = { type: 'object', properties: { n: { type: 'number' } } };
  const good = await openModel('```json\n{"n": 3}\n```');
  expect((await good.node.run({ prompt: 'Count.', shape })).outputs).toEqual({ out: { n: 3 } });
  expect(good.ollama.chats[0]?.format).toEqual(shape);
  const bad = await openModel('It is three.');
  expect((await bad.node.run({ prompt: 'Count.', shape })).error).toMatchObject({ code: 'answer-not-json', retryable: true });
});
