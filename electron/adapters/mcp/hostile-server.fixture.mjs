// A tool server for tests that misbehaves as its first argument says. Speaks MCP by hand, so that it can break every rule.

import { spawn } from 'node:child_process';

const mode = process.argv[2] ?? 'good';
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const plain = { name: 'act', description: 'Acts.', inputSchema: { type: 'object' } };

// Every level asks for the next one twice: 2^40 checks.
const bomb = { type: 'object', $ref: '#/$defs/d0', $defs: {} };
for (let i = 0; i < 40; i += 1) bomb.$defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
bomb.$defs.d40 = { type: 'object' };

const tools = {
  regex: [
    {
      ...plain,
      outputSchema: { type: 'object', properties: { v: { type: 'string', pattern: '^(a+)+$' } }, patternProperties: { '^(a+)+$': {} } },
    },
  ],
  bomb: [{ ...plain, outputSchema: bomb }],
  untyped: [{ ...plain, outputSchema: { type: 'object', properties: { v: { type: 'number' } } } }],
  many: Array.from({ length: 2000 }, (_, i) => ({ ...plain, name: `tool${i}` })),
  poisoned: [plain, { ...plain, name: 'bad', inputSchema: { type: 'object', properties: JSON.parse('{"__proto__":{"type":"string"}}') } }],
}[mode] ?? [plain];

const acts = {
  big: () => text('x'.repeat(10 * 1024 * 1024)),
  deep: () => ({ raw: `{"content":[],"structuredContent":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}` }),
  flood: () => {
    for (let i = 0; i < 10_000; i += 1) send({ method: 'notifications/message', params: { level: 'info', data: `n${i}` } });
    return text('flooded');
  },
  regex: () => ({ ...text('x'), structuredContent: { v: `${'a'.repeat(40)}!` } }),
  bomb: () => ({ ...text('x'), structuredContent: {} }),
  untyped: () => ({ ...text('x'), structuredContent: { v: 'no number' } }),
  crash: () => process.exit(9),
  silent: () => undefined,
  spawner: () => text(String(spawn('sleep', ['1000'], { stdio: 'ignore' }).pid)),
  env: () => text(JSON.stringify(process.env)),
};

/** Calls that wait for each other, in mode `together`: four are answered by one write. */
const held = [];

function handle({ id, method }) {
  if (method === 'initialize')
    send({
      id,
      result: { protocolVersion: '2025-06-18', capabilities: { tools: { listChanged: true } }, serverInfo: { name: mode, version: '1' } },
    });
  else if (method === 'tools/list') {
    send({ id, result: { tools, ...(mode === 'pages' ? { nextCursor: 'more' } : {}) } });
    if (mode === 'crash-loop') setTimeout(() => process.exit(4), 100);
  } else if (method === 'tools/call' && mode === 'together') {
    held.push(`${JSON.stringify({ jsonrpc: '2.0', id, result: text('done') })}\n`);
    if (held.length === 4) process.stdout.write(held.splice(0).join(''));
  } else if (method === 'tools/call') {
    const result = (acts[mode] ?? (() => text('done')))();
    if (result?.raw !== undefined) process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${result.raw}}\n`);
    else if (result !== undefined) send({ id, result });
  }
}

if (mode === 'storm') {
  const line = `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'x' } })}\n`.repeat(500);
  const more = () => {
    while (process.stdout.write(line));
    process.stdout.once('drain', more);
  };
  setTimeout(more, 1000);
}
if (mode === 'stops-reading') setInterval(() => undefined, 1000);
if (mode === 'deaf') {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1000);
}
if (mode === 'greeting') console.log('Welcome to my server!');
let rest = '';
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) handle(JSON.parse(line));
  if (mode === 'stops-reading' && lines.some((line) => line.includes('tools/list'))) process.stdin.pause();
});
