// A tool server that cannot forget: every call of its one tool is appended to a file before it is answered. The file is the
// outside witness of what was executed, whatever the host believes. Speaks MCP by hand, so that it starts at once.

import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file, delayMs] = [process.argv[2], Number(process.argv[3] ?? 0)];
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const tool = {
  name: 'record',
  description: 'Writes a line into the ledger.',
  inputSchema: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize')
    send({
      id,
      result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'ledger', version: '1' } },
    });
  else if (method === 'tools/list') send({ id, result: { tools: [tool] } });
  else if (method === 'tools/call') {
    appendFileSync(file, `${params.arguments.key}\n`);
    setTimeout(() => send({ id, result: { content: [{ type: 'text', text: params.arguments.key }] } }), delayMs);
  } else send({ id, result: {} });
});
process.stdin.on('end', () => process.exit(0));
