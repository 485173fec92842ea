import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import { type EngineLab, graph, openLab, testNode, until } from '../../../tests/helpers/engine-lab.ts';
import { conditionNode } from '../nodes/condition.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { httpRequestNode } from '../nodes/http-request.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { rememberNode } from '../nodes/remember.node.ts';
import { transformNode } from '../nodes/transform.node.ts';
import type { NetRequest, Ports } from '../ports.ts';

let lab: EngineLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const value = testNode('test.value', { inputs: [], run: async ({ config }) => ({ out: config.value ?? null }) });
const nodes = [value, conditionNode, httpRequestNode, outputNode, rememberNode, transformNode] as AnyNodeType[];
const out = { id: 'o', kind: 'flow.output', config: { name: 'o' } };
const secret = 'hunter2-hunter2';
const vault = {
  list: () => [{ name: 'TOKEN' }],
  reveal: async (name: string) => {
    if (name !== 'TOKEN') throw new AppError('secret-not-found', `There is no secret ${name}.`);
    return secret;
  },
  redact: (text: string) => text.replaceAll(secret, '[secret:TOKEN]'),
} as unknown as Ports['vault'];

/** Runs it and gives the same answer to every approval it asks for; the questions are in `asked`. */
async function runAnswering(engine: EngineLab, document: ReturnType<typeof graph>, answer: 'once' | 'always' | 'deny') {
  const { inbox, ports } = engine.lab;
  const asked: string[] = [];
  const stop = inbox.onChange(() => {
    for (const item of ports.store.inbox.list({ status: 'open', limit: 10 })) {
      const { id, request } = item;
      if (request.kind !== 'approval' || asked.includes(id)) continue;
      asked.push(id, request.action);
      setTimeout(() => inbox.answer(id, { kind: 'approval', answer, hash: request.hash }), 20);
    }
  });
  const end = await engine.run(document);
  stop();
  return { ...end, asked: asked.filter((_, i) => i % 2 === 1) };
}

describe('the net power', () => {
  const post = (over: Record<string, unknown> = {}) =>
    graph(
      [
        { id: 'v', kind: 'test.value', config: { value: 'hello ${secret:TOKEN}' } },
        {
          id: 'h',
          kind: 'tool.http-request',
          config: {
            method: 'POST',
            url: 'https://example.org/',
            headers: [{ name: 'Authorization', value: 'Bearer ${secret:TOKEN}' }],
            body: '{{ input }}',
            ...over,
          },
        },
        out,
      ],
      ['v>h', 'h>o'],
    );

  test('puts secrets in at the last moment, only where the person wrote them, and takes them out of what comes back', async () => {
    const asked: NetRequest[] = [];
    const net = {
      request: async (request: NetRequest) => {
        asked.push(request);
        return { status: 200, headers: {}, url: request.url, body: `you sent ${request.headers?.Authorization}` };
      },
    } as Ports['net'];
    lab = openLab(nodes, { vault, net });
    const end = await runAnswering(lab, post(), 'once');
    expect(end.status).toBe('done');
    expect(asked[0]?.headers?.Authorization).toBe(`Bearer ${secret}`);
    expect(asked[0]?.body).toBe('hello $ {secret:TOKEN}');
    expect(asked[0]?.headers?.['Idempotency-Key']).toBe(`${end.id}/h`);
    expect(end.outputs.o).toMatchObject({ body: 'you sent Bearer [secret:TOKEN]' });
    expect(JSON.stringify(end.events)).not.toContain(secret);
    expect(end.events.filter((event) => event.type === 'step-start')).toHaveLength(1);
  });

  test('follows no redirect to where a grant forbids requests', async () => {
    const net = {
      request: async (request: NetRequest) => {
        request.allow.mayGoOn?.('https://b.example/');
        request.allow.mayGoOn?.('https://forbidden.example/x');
        return { status: 200, headers: {}, url: request.url, body: '' };
      },
    } as unknown as Ports['net'];
    lab = openLab(nodes, { vault, net });
    lab.lab.ports.store.grants.put({
      ...{ id: 'g1', subject: { kind: 'everyone' }, effect: 'deny', kind: 'network', conditions: { hosts: ['forbidden.example'] } },
      ...{ createdAt: 1, from: 'a test', uses: 0 },
    });
    expect((await runAnswering(lab, post({ headers: [] }), 'once')).error?.code).toBe('denied');
  });

  test('asks before a workflow sends a secret to a host for the first time, and remembers "always" for that host alone', async () => {
    const sent: string[] = [];
    const net = {
      request: async (request: NetRequest) => {
        sent.push(`${request.url} ${request.staysAtOrigin}`);
        return { status: 200, headers: {}, url: request.url, body: '' };
      },
    } as unknown as Ports['net'];
    lab = openLab(nodes, { vault, net });
    const denied = await runAnswering(lab, post(), 'deny');
    expect(denied.error?.code).toBe('denied');
    expect(denied.asked).toEqual(['Send the secret TOKEN to https://example.org']);
    expect(sent).toEqual([]);
    expect((await runAnswering(lab, post(), 'once')).asked).toHaveLength(1);
    expect((await runAnswering(lab, post(), 'always')).asked).toHaveLength(1);
    expect((await runAnswering(lab, post({ url: 'https://example.org/other' }), 'deny')).status).toBe('done');
    const elsewhere = await runAnswering(lab, post({ url: 'https://evil.example/' }), 'deny');
    expect(elsewhere.asked).toEqual(['Send the secret TOKEN to https://evil.example']);
    expect(elsewhere.error?.code).toBe('denied');
    expect(sent).toEqual(['https://example.org/ true', 'https://example.org/ true', 'https://example.org/other true']);
    for (const url of ['https://${secret:TOKEN}.evil.example/', 'https://${secret:TOKEN}@evil.example/', 'https:${secret:TOKEN}'])
      expect((await runAnswering(lab, post({ url }), 'deny')).error?.code).toMatch(/^(secret-in-host|denied)$/);
    expect(sent).toHaveLength(3);
  });

  test('keeps secrets out of errors', async () => {
    const net = { request: () => Promise.reject(new AppError('net-failed', `Could not send ${secret}.`)) } as unknown as Ports['net'];
    lab = openLab(nodes, { vault, net });
    const end = await runAnswering(lab, post(), 'once');
    expect(end.error?.message).toBe('Could not send [secret:TOKEN].');
    expect(JSON.stringify(end.events)).not.toContain(secret);
    const missing = await lab.run(post({ headers: [{ name: 'A', value: '${secret:OTHER}' }] }));
    expect(missing.error?.code).toBe('secret-not-found');
  });
});

test('expressions see the scope, and decide the way', async () => {
  lab = openLab(nodes);
  const end = await lab.run(
    graph(
      [
        { id: 'v', kind: 'test.value', config: { value: { n: 4 } } },
        { id: 't', kind: 'data.transform', config: { expression: '{ "twice": input.n * 2 }' } },
        { id: 'c', kind: 'flow.condition', config: { expression: 'steps.v.n = 4 and input.twice = 8' } },
        out,
      ],
      ['v>t', 't>c', 'c.true>o'],
    ),
  );
  expect(end.outputs).toEqual({ o: { twice: 8 } });
});

test('remembering again after a crash is the same remembering', async () => {
  lab = openLab(nodes);
  const document = graph([{ id: 'r', kind: 'memory.remember', config: { text: 'A fact.' } }]);
  const end = await lab.run(document);
  const { store } = lab.lab.ports;
  const id = lab.lab.ports.ids.next() as typeof end.id;
  store.runs.create({
    id,
    title: 'T',
    kind: 'workflow',
    origin: end.origin,
    startedAt: 1,
    document,
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  store.runs.append(id, { type: 'step-start', at: 1, step: 'r', node: 'r', attempt: 1 });
  await store.runs.flush();
  lab.lab.engine.resumeUnfinished();
  await lab.end(id);
  expect(store.memory.list({ limit: 10 }).total).toBe(2);
  expect(store.memory.list({ limit: 10 }).items[0]?.source).toMatchObject({ kind: 'run', step: 'r' });
});

test('a run whose journal cannot be written is put aside, and goes on when it can', async () => {
  lab = openLab([...nodes, testNode('test.effect', { effect: 'idempotent', run: async () => ({ out: 1 }) })]);
  const { runs } = lab.lab.ports.store;
  const append = runs.append;
  let isFull = true;
  const failing = (id: Parameters<typeof append>[0], event: RunEvent): ReturnType<typeof append> => {
    if (isFull && event.type === 'step-done') return { seq: 0, durable: Promise.reject(new AppError('disk-full', 'The disk is full.')) };
    return append(id, event);
  };
  runs.append = failing;
  const id = lab.start(graph([{ id: 'e', kind: 'test.effect' }, out], ['e>o']));
  await until(() => lab?.events(id).some((event) => event.type === 'step-start') === true, 'it began');
  expect(runs.get(id)?.status).toBe('running');
  isFull = false;
  const end = await lab.end(id);
  expect(end.outputs).toEqual({ o: 1 });
  expect(lab.events(id).filter((event) => event.type === 'step-done' && event.step === 'e')).toHaveLength(1);
});
