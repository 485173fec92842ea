// A tool server that says payloads wherever a server may say something: names, titles, descriptions, schemas, results, errors, resources,
// prompts, instructions, log lines and stderr. Speaks MCP by hand. Each argument is one payload.

import { createInterface } from 'node:readline';

const payloads = process.argv.slice(2);
let at = 0;
const next = () => payloads[at++ % payloads.length] ?? '';
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
process.stderr.write(`${payloads.join('\n')}\n`);

const schema = () => ({
  type: 'object',
  title: next(),
  description: next(),
  properties: { text: { type: 'string', title: next(), description: next(), default: next() }, kind: { enum: [next(), next()] } },
});
const tools = Array.from({ length: 12 }, (_, index) => ({
  name: index < 8 ? `say_${index}` : next().slice(0, 60),
  title: next(),
  description: `${next()}\n\n${next()}`,
  inputSchema: schema(),
  annotations: { title: next(), readOnlyHint: index % 2 === 0 },
}));
const content = () => [
  { type: 'text', text: next() },
  { type: 'text', text: `[x](javascript:hit(1)) ${next()}` },
  {
    type: 'image',
    data: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="top.hit(1)"/>').toString('base64'),
    mimeType: 'image/svg+xml',
  },
  { type: 'image', data: 'AAAA" onerror="hit(1)', mimeType: 'image/png" onerror="hit(1)' },
  { type: 'resource', resource: { uri: 'javascript:hit(1)', mimeType: 'text/html', text: next() } },
  { type: 'resource_link', uri: 'javascript:hit(1)', name: next(), description: next() },
];
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {}, resources: {}, prompts: {}, logging: {} },
    serverInfo: { name: next(), title: next(), version: next().slice(0, 40), websiteUrl: 'javascript:hit(1)' },
    instructions: next(),
  }),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name }) =>
    name === 'say_1'
      ? { isError: true, content: content() }
      : { content: content(), structuredContent: { [next()]: next(), list: [next(), { deep: next() }] } },
  'resources/list': () => ({
    resources: Array.from({ length: 4 }, () => ({
      uri: `x://${encodeURIComponent(next())}`,
      name: next(),
      title: next(),
      description: next(),
      mimeType: next().slice(0, 40),
    })),
  }),
  'resources/templates/list': () => ({ resourceTemplates: [{ uriTemplate: 'x://{a}', name: next(), description: next() }] }),
  'resources/read': ({ uri }) => ({ contents: [{ uri, mimeType: 'text/html', text: next() }] }),
  'prompts/list': () => ({ prompts: [{ name: 'p', title: next(), description: next(), arguments: [{ name: 'a', description: next() }] }] }),
  'prompts/get': () => ({ description: next(), messages: [{ role: 'user', content: { type: 'text', text: next() } }] }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) {
    if (method === 'notifications/initialized')
      for (let each = 0; each < 8; each += 1)
        send({ method: 'notifications/message', params: { level: 'error', logger: next(), data: next() } });
    return;
  }
  const answer = answers[method];
  if (method === 'tools/call' && params.name === 'say_2') send({ id, error: { code: -32000, message: next(), data: next() } });
  else if (answer === undefined) send({ id, result: {} });
  else send({ id, result: answer(params ?? {}) });
});
process.stdin.on('end', () => process.exit(0));
