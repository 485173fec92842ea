// An MCP server over stdio that starts the same way each time, or not, as its first argument says; the second names a file in which it
// counts its starts. Written by hand, so that every byte of it is known.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , mode = 'same', counter] = process.argv;
const starts = existsSync(counter) ? Number(readFileSync(counter, 'utf8')) + 1 : 1;
writeFileSync(counter, String(starts));
const isLater = starts > 1;

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const sayTogether = (...messages) => process.stdout.write(`${JSON.stringify(messages.map((each) => ({ jsonrpc: '2.0', ...each })))}\n`);
const schema = { type: 'object', properties: { text: { type: 'string' } } };
const secret = mode === 'secret' ? ` ${process.env.SECRET}` : '';
const tools = [
  { name: 'echo', description: isLater && mode === 'changed' ? 'Says something else.' : 'Says it again.', inputSchema: schema },
  { name: 'promise', description: `Gives what it promised.${secret}`, inputSchema: schema, outputSchema: schema },
  { name: 'roots', description: 'Which roots it was told of.', inputSchema: schema },
  { name: 'asks', description: 'Asks for its roots, then waits for the answer.', inputSchema: schema },
  { name: 'large', description: 'Much.', inputSchema: schema },
  { name: 'progress', description: 'Tells how far it is.', inputSchema: schema },
  { name: 'broken', description: 'Its answer begins in the middle of a line.', inputSchema: schema },
];
let roots = 'none';
const waiting = new Map();
const answerOf = (name, { text = '' } = {}) => {
  if (name === 'promise') return { content: [{ type: 'text', text: '{}' }], structuredContent: { text } };
  return { content: [{ type: 'text', text: name === 'roots' ? roots : name === 'large' ? 'x'.repeat(100_000) : text }] };
};

function take({ id, method, params, result }) {
  if (method === undefined) {
    roots = JSON.stringify(result?.roots);
    waiting.get(id)?.();
  } else if (method === 'initialize') {
    if (isLater && mode === 'greets') process.stdout.write('Welcome back\n');
    if (isLater && mode === 'hangs') return;
    if (isLater && mode === 'refuses') return say({ id, error: { code: -32_000, message: 'no licence' } });
    const about = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {}, resources: {} },
      serverInfo: { name: 'again', version: '1' },
    };
    const text = JSON.stringify({ jsonrpc: '2.0', id, result: about });
    // In two pieces, as a pipe may give it.
    process.stdout.write(text.slice(0, 40));
    setTimeout(() => process.stdout.write(`${text.slice(40)}\n`), 20);
  } else if (method === 'notifications/initialized') {
    say({ id: 'roots-1', method: 'roots/list' });
    if (isLater && mode === 'logs') say({ method: 'notifications/message', params: { level: 'warning', data: 'a word of its own' } });
  } else if (method === 'ping') {
    process.stderr.write('was asked whether it is there\n');
    say({ id, result: {} });
  } else if (method === 'tools/list') {
    if (params?.cursor === undefined) say({ id, result: { tools: tools.slice(0, 2), nextCursor: 'two' } });
    else if (mode === 'batch') sayTogether({ id, result: { tools: tools.slice(2) } }, { id: 'roots-3', method: 'roots/list' });
    else say({ id, result: { tools: tools.slice(2) } });
  } else if (method === 'resources/list') say({ id, result: { resources: [{ uri: 'test://one', name: 'one' }] } });
  else if (method === 'tools/call' && params.name === 'asks') {
    waiting.set('roots-2', () => say({ id, result: { content: [{ type: 'text', text: roots }] } }));
    say({ id: 'roots-2', method: 'roots/list' });
  } else if (method === 'tools/call') {
    if (params.name === 'broken') {
      process.stdout.write('not the beginning of ');
      setTimeout(() => say({ id, result: answerOf(params.name, { text: 'an answer' }) }), 200);
      return;
    }
    if (params.name === 'progress')
      say({ method: 'notifications/progress', params: { progressToken: params._meta?.progressToken, progress: 1, total: 2 } });
    say({ id, result: answerOf(params.name, params.arguments) });
  } else if (id !== undefined) say({ id, error: { code: -32_601, message: 'unknown' } });
}
createInterface({ input: process.stdin }).on('line', (line) => take(JSON.parse(line)));
