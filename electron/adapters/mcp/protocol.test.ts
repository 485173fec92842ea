// Everything of MCP beside calls, over stdio, with the official server that has it all.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { ElicitRequest } from '../../../shared/model/mcp.ts';
import { configOf, never, type TestHost, testHost } from '../../../tests/helpers/mcp-lab.ts';
import type { SampleRequest } from '../../runtime/ports.ts';

const everything = fileURLToPath(new URL('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url));
const id = 'child' as ServerId;
const config = (more: object = {}) =>
  configOf({ command: 'node', args: [everything], reach: { sandbox: 'off', roots: ['/home/somebody/notes'] }, ...more });

let lab: TestHost;
const samples: SampleRequest[] = [];
const elicits: { request: ElicitRequest; source: unknown; signal: AbortSignal }[] = [];
let elicitAnswer: () => Promise<{ action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string> }> = async () => ({
  action: 'decline',
});
beforeAll(async () => {
  lab = testHost();
  lab.host.serve({
    sample: async (_server, request) => {
      samples.push(request);
      return { text: 'a reply of the model', model: 'scripted/one', stopReason: 'endTurn' };
    },
    elicit: async (_server, request, { source, signal }) => {
      elicits.push({ request, source, signal });
      return elicitAnswer();
    },
  });
  const { state, failure } = await lab.host.start(config());
  expect(state, failure?.message).toBe('ready');
});
afterAll(() => lab.close());

const textOf = async (work: ReturnType<TestHost['call']>): Promise<string> =>
  (await work).content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');

describe('what a server offers', () => {
  it('says what it is, and which era was agreed on', () => {
    expect(lab.status().about).toMatchObject({ name: 'mcp-servers/everything', protocol: '2025-11-25' });
    expect(lab.status().about?.capabilities).toEqual(expect.arrayContaining(['tools', 'resources', 'prompts', 'resources.subscribe']));
  });
  it('resources and templates are listed and read, text and bytes', async () => {
    const found = await lab.host.resources(id, never());
    expect(found.some((each) => each.isTemplate)).toBe(true);
    const plain = found.find((each) => !each.isTemplate);
    expect((await lab.host.readResource(id, plain?.uri ?? '', never()))[0]?.text?.length).toBeGreaterThan(10);
    const [blob] = await lab.host.readResource(id, 'demo://resource/dynamic/blob/1', never());
    expect(Buffer.from(blob?.blob ?? '', 'base64').toString()).toContain('Resource 1');
    await expect(lab.host.readResource(id, 'demo://nowhere', never())).rejects.toMatchObject({ code: 'server-refused' });
  });
  it('a followed resource tells of its changes until it is let go', async () => {
    const uri = 'demo://resource/dynamic/text/1';
    const told: string[] = [];
    const leave = lab.host.onResource((_server, changed) => told.push(changed));
    const letGo = await lab.host.subscribe(id, uri, never());
    await lab.call('toggle-subscriber-updates');
    await lab.until(() => told.includes(uri));
    await letGo();
    leave();
    await lab.call('toggle-subscriber-updates');
  });
  it('prompts with arguments, and what an argument may be', async () => {
    const found = await lab.host.prompts(id, never());
    expect(found.find((each) => each.name === 'args-prompt')?.arguments).toEqual([
      expect.objectContaining({ name: 'city', required: true }),
      expect.objectContaining({ name: 'state', required: false }),
    ]);
    const messages = await lab.host.getPrompt(id, 'args-prompt', { city: 'Bern' }, never());
    expect(JSON.stringify(messages)).toContain('Bern');
    const { values } = await lab.host.complete(id, { ref: { prompt: 'completable-prompt' }, argument: 'department', value: 'S' }, never());
    expect(values).toContain('Sales');
    const names = { ref: { prompt: 'completable-prompt' }, argument: 'name', value: '', context: { department: 'Sales' } };
    expect((await lab.host.complete(id, names, never())).values.length).toBeGreaterThan(0);
  });
  it('a tool that runs as a task gives its result', async () => {
    expect(await textOf(lab.call('simulate-research-query', { topic: 'moons' }))).toContain('moons');
  });
  it('its log has a level, and lines of server, stderr and host', async () => {
    await lab.host.setLogLevel(id, 'debug');
    await lab.call('toggle-simulated-logging');
    const lines = () => lab.host.logs(id);
    await lab.until(() => ['server', 'stderr', 'host'].every((from) => lines().some((line) => line.from === from)));
    await lab.call('toggle-simulated-logging');
  });
});

describe('what a server asks', () => {
  it('roots, and hears when they change', async () => {
    expect(await textOf(lab.call('get-roots-list'))).toContain('file:///home/somebody/notes');
    const pid = lab.status().pid;
    await lab.host.start(config({ reach: { sandbox: 'off', roots: ['/home/somebody/photos'] } }));
    expect(lab.status().pid).toBe(pid);
    await lab.until(() => lab.host.logs(id).filter((line) => /Roots updated/.test(line.text)).length > 1);
    expect(await textOf(lab.call('get-roots-list'))).toContain('photos');
  });
  it('a reply of the model', async () => {
    expect(await textOf(lab.call('trigger-sampling-request', { prompt: 'say something', maxTokens: 20 }))).toContain(
      'a reply of the model',
    );
    expect(samples[0]).toMatchObject({ maxTokens: 20, system: expect.any(String) });
    expect(samples[0]?.messages[0]?.text).toContain('say something');
  });
  it('an answer of the person, accepted or declined; defaults are filled in', async () => {
    elicitAnswer = async () => ({ action: 'accept', content: { name: 'Ada' } });
    const accepted = await textOf(lab.call('trigger-elicitation-request'));
    expect(accepted).toContain('Ada');
    expect(accepted).toContain('42');
    elicitAnswer = async () => ({ action: 'decline' });
    expect(await textOf(lab.call('trigger-elicitation-request'))).toMatch(/declined/i);
    expect(elicits[0]).toMatchObject({ source: { kind: 'person' }, request: { schema: { type: 'object' } } });
  });
  it('no more of the person once the call is stopped in which it asked', async () => {
    const stop = new AbortController();
    elicitAnswer = () => {
      stop.abort();
      return new Promise(() => undefined);
    };
    await expect(lab.call('trigger-elicitation-request', {}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(elicits.at(-1)?.signal.aborted).toBe(true);
  });
  it('that the person opens an address', async () => {
    elicitAnswer = async () => ({ action: 'accept' });
    await lab.call('trigger-url-elicitation', { url: 'https://example.com/form', message: 'Fill this in' });
    expect(elicits.at(-1)?.request).toMatchObject({ url: 'https://example.com/form' });
  });
});

it('its tools are known before it runs, and the first call starts it', async () => {
  const later = testHost({}, lab);
  try {
    later.host.prepare(config());
    expect(later.status()).toMatchObject({ state: 'stopped', isAsleep: true });
    expect(later.host.tools(id).map((tool) => tool.name)).toContain('echo');
    expect(await textOf(later.call('echo', { message: 'awake' }))).toContain('awake');
    expect(later.status()).toMatchObject({ state: 'ready', calls: { count: 1, failed: 0 } });
    expect(readFileSync(`/proc/${later.status().pid}/cmdline`, 'utf8')).toContain('everything');
  } finally {
    await later.close();
  }
});
