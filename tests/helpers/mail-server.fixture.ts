// A tool server over stdio that keeps its caller waiting: whoever sends mail with it never hears whether it went out. For the
// pictures of what is asked when the host ends in the middle of that.

import { createInterface } from 'node:readline';

interface Request {
  id?: number | string;
  method: string;
  params?: { protocolVersion?: string };
}

const text = { type: 'string' };
const tools = [
  {
    name: 'send_message',
    title: 'Send a message',
    description: 'Sends a message from your mailbox.',
    inputSchema: { type: 'object', properties: { to: text, subject: text, text }, required: ['to', 'subject', 'text'] },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  },
  {
    name: 'list_messages',
    title: 'List messages',
    description: 'Lists the newest messages of a mailbox.',
    inputSchema: { type: 'object', properties: { mailbox: text } },
    annotations: { readOnlyHint: true },
  },
];

function answerTo({ method, params }: Request): unknown {
  if (method === 'initialize')
    return {
      protocolVersion: params?.protocolVersion ?? '2025-06-18',
      capabilities: { tools: {} },
      serverInfo: { name: 'mail', version: '1.0.0' },
    };
  if (method === 'tools/list') return { tools };
  return method === 'ping' ? {} : undefined;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  const result = answerTo(request);
  if (request.id !== undefined && result !== undefined)
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, result })}\n`);
}
