// An MCP server over stdio that puts the secret it was given into all that it may say of itself. Written by hand.
import { createInterface } from 'node:readline';

const secret = process.env.SECRET;
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const schema = { type: 'object', properties: { [secret]: { type: 'string', description: secret, enum: [secret] } } };
const answers = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, resources: {}, prompts: {}, completions: {}, logging: {} },
    serverInfo: { name: secret, version: secret },
    instructions: `Use ${secret}`,
  },
  'tools/list': {
    tools: [
      { name: 'ask', description: 'Asks.', inputSchema: { type: 'object' } },
      { name: 'tell', title: secret, description: `Knows ${secret}`, inputSchema: schema, outputSchema: schema },
    ],
  },
  'resources/list': { resources: [{ uri: `test://${secret}`, name: secret, description: secret }] },
  'resources/templates/list': { resourceTemplates: [{ uriTemplate: `test://${secret}/{x}`, name: secret }] },
  'resources/read': { contents: [{ uri: 'test://one', text: secret }] },
  'prompts/list': { prompts: [{ name: 'p', description: secret, arguments: [{ name: secret, description: secret }] }] },
  'prompts/get': { messages: [{ role: 'user', content: { type: 'text', text: secret } }] },
  'completion/complete': { completion: { values: [secret] } },
};
let call;
let asked = 0;
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'tools/call') {
    call = id;
    const messages = [{ role: 'user', content: { type: 'text', text: `What is ${secret}?` } }];
    say({ id: 's', method: 'sampling/createMessage', params: { messages, systemPrompt: secret, maxTokens: 10 } });
    say({ id: 'e', method: 'elicitation/create', params: { message: `Is it ${secret}?`, requestedSchema: schema } });
    say({
      id: 'u',
      method: 'elicitation/create',
      params: { mode: 'url', elicitationId: '1', message: 'Open', url: `https://x.example/${secret}` },
    });
  } else if (method === undefined) {
    asked += 1;
    if (asked === 3) say({ id: call, result: { content: [{ type: 'text', text: 'asked' }] } });
  } else if (answers[method] !== undefined) say({ id, result: answers[method] });
  else if (id !== undefined) say({ id, error: { code: -32_601, message: `no ${secret}` } });
});
