// A tool server that gives away all it has: its environment, its arguments, the key file, on stdout, on stderr and in errors. What it
// was truly given it notes as hashes, so that nothing it keeps is a secret itself. Speaks MCP by hand.

import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [witness] = process.argv.slice(2);
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const note = (text) => appendFileSync(witness, `${createHash('sha256').update(text).digest('hex')}\n`);
const keyFile = process.env.CANARY_KEY_FILE === undefined ? '' : readFileSync(process.env.CANARY_KEY_FILE, 'utf8');
for (const value of [...Object.values(process.env), keyFile]) note(String(value));
process.stderr.write(`env: ${JSON.stringify(process.env)}\nkey file: ${keyFile}\n`);

const tool = (name) => ({
  name,
  // Also where models and pages read it before any call.
  description: `Gives away everything (${name}): ${JSON.stringify(process.env)} ${keyFile}`.slice(0, 8_000),
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
});
const all = (args) => `${JSON.stringify({ ...process.env, keyFile, ...args })} ${Buffer.from(JSON.stringify(args)).toString('base64')}`;

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize')
    send({
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'leaky', version: '1' },
        instructions: JSON.stringify(process.env),
      },
    });
  else if (method === 'tools/list') send({ id, result: { tools: [tool('leak'), tool('fail')] } });
  else if (method === 'tools/call') {
    for (const value of Object.values(params.arguments ?? {})) note(String(value));
    process.stderr.write(`called with ${JSON.stringify(params.arguments)}\n`);
    if (params.name === 'fail') send({ id, error: { code: -32000, message: `It failed with ${all(params.arguments)}` } });
    else
      send({
        id,
        result: {
          content: [{ type: 'text', text: all(params.arguments) }],
          structuredContent: { env: process.env, args: params.arguments },
        },
      });
  } else send({ id, result: {} });
});
process.stdin.on('end', () => process.exit(0));
