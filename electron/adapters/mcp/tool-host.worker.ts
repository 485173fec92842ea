// Speaks MCP with one server that others wrote, off the main thread: whatever the server sends can freeze only this worker, which
// the main side then ends. It has no process handle, no files, no network and no secrets: only bytes in, lines and requests out.

import { parentPort, workerData } from 'node:worker_threads';
import { fromShape, toAppError } from '../../../shared/errors.ts';
import { createAskedFetch } from './asked-fetch.ts';
import { takeDirect } from './direct-calls.ts';
import type { StartFailure } from './launch/start-error.ts';
import type { AskUs } from './mcp-asks.ts';
import { createMcpClient } from './mcp-client.ts';
import { ownError } from './own-error.ts';
import { OutOfStep, PortTransport } from './port-transport.ts';
import { StartRecorder } from './start-record.ts';
import { connectOverHttp, type HttpConnection } from './worker-http.ts';
import type { FromWorker, Question, ServerIsTold, ToWorker, WorkerOptions } from './worker-messages.ts';

if (parentPort === null) throw new Error('tool-host.worker runs in a worker thread only');
const port = parentPort;
const options = workerData as WorkerOptions;
const { carrier } = options;

// What is said in one turn of the loop crosses as one message.
let queued: FromWorker[] = [];
const flush = () => {
  const batch = queued;
  queued = [];
  port.postMessage(batch);
};
const tell = (message: FromWorker): void => {
  if (queued.push(message) === 1) queueMicrotask(flush);
};

const recorder = new StartRecorder();
// What was told to the person is to be told at the next start too, so that one is read in full again.
const note = (text: string) => {
  recorder.spoil();
  tell({ type: 'note', text });
};
const broken = (failure: StartFailure) => tell({ type: 'broken', failure });
const flooded = () =>
  broken({
    cause: 'quarantined',
    message: 'It was ended because it sent thousands of notifications a second.',
    hint: 'Update it, or tell its makers; start it again when it is mended.',
  });
const badLine = (line: string) => {
  recorder.spoil();
  tell({ type: 'bad-line', line });
};

const waiting = new Map<number, { resolve(answer: ServerIsTold): void; reject(error: unknown): void }>();
let nextAsk = 1;
const ask: AskUs = (asks, signal) =>
  new Promise((resolve, reject) => {
    const id = nextAsk++;
    const leave = () => {
      waiting.delete(id);
      signal.removeEventListener('abort', stop);
    };
    const stop = () => {
      leave();
      tell({ type: 'asks-no-more', id });
      reject(new Error('The server withdrew its question.'));
    };
    signal.addEventListener('abort', stop, { once: true });
    waiting.set(id, {
      resolve(answer) {
        leave();
        resolve(answer);
      },
      reject(error) {
        leave();
        reject(error);
      },
    });
    tell({ type: 'asks', id, ...asks });
  });

const makeClient = () =>
  createMcpClient({
    version: options.version,
    note,
    onTools: (tools, tasks) => tell({ type: 'tools', tools, tasks }),
    outside: {
      ask,
      roots: options.roots,
      onLog: (level, text) => tell({ type: 'log', level, text }),
      onResource: (uri) => tell({ type: 'resource', uri }),
      onLists: (what) => tell({ type: 'lists', what }),
    },
  });
let client = makeClient();
let http: HttpConnection | undefined;
const asked = createAskedFetch(tell, () =>
  broken({
    cause: 'too-big',
    message: 'It was ended because it sent a message larger than 4 MB.',
    hint: 'Ask its tools for less at a time, then start it again.',
  }),
);
const promised = new Map<number, string>();
const pipes = new PortTransport(
  {
    write: (text) => tell({ type: 'write', text }),
    badLine,
    note,
    flooded,
    direct: (message) => takeDirect(message, { ...client.known, promised }, tell),
  },
  { past: options.past, recorder },
);
const doing = new Map<number, AbortController>();

/** Does something that may be cancelled by its number, and says how it ended. */
async function answer(id: number, work: (signal: AbortSignal) => Promise<FromWorker>): Promise<void> {
  const controller = new AbortController();
  doing.set(id, controller);
  try {
    tell(await work(controller.signal));
  } catch (error) {
    tell({ type: 'error', id, error: toAppError(error).toJSON() });
  } finally {
    doing.delete(id);
  }
}

const call = ({ id, tool, args, idempotencyKey, wantsProgress }: ToWorker & { type: 'call' }) =>
  answer(id, async (signal) => ({
    type: 'result',
    id,
    result: await client.call(tool, args, {
      signal,
      timeoutMs: options.callMs,
      ...(wantsProgress ? { onProgress: (progress) => tell({ type: 'progress', id, ...progress }) } : {}),
      ...(idempotencyKey === undefined ? {} : { meta: { 'orrery/idempotencyKey': idempotencyKey } }),
    }),
  }));

const question = (id: number, asking: Question) =>
  answer(id, async (signal) => {
    if (asking.about === 'leave') await http?.leave();
    else if (asking.about === 'roots') await client.setRoots(asking.roots);
    else return { type: 'answer', id, answer: await client.ask(asking, { signal, timeout: options.startMs }) };
    return { type: 'answer', id, answer: null };
  });

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'data':
      pipes.receive(message.chunk);
      return tell({ type: 'taken', bytes: message.chunk.byteLength });
    case 'call':
      return void call(message);
    case 'promised':
      promised.set(message.id, message.tool);
      return undefined;
    case 'question':
      return void question(message.id, message.question);
    case 'cancel':
      return doing.get(message.id)?.abort();
    case 'told':
      return waiting.get(message.id)?.resolve(message.answer);
    case 'refused':
      return waiting.get(message.id)?.reject(fromShape(message.error));
    case 'http-head':
      return asked.head(message.id, message.status, message.headers);
    case 'http-data':
      return asked.data(message.id, message.chunk);
    case 'http-end':
      return asked.end(message.id, message.error);
    case 'ping':
      return tell({ type: 'pong' });
  }
});

async function connect() {
  if (carrier.kind === 'pipes') return client.connect(pipes, options.startMs);
  http = await connectOverHttp({
    carrier,
    startMs: options.startMs,
    fetch: asked.fetch,
    makeClient: () => {
      client = makeClient();
      return client;
    },
    events: { note, flooded, badLine, lost: (why) => broken({ cause: 'exited', message: why, hint: 'It is reached again by itself.' }) },
  });
  return http.connected;
}

connect().then(
  ({ tools, tasks, about }) => tell({ type: 'ready', tools, tasks, about, steps: recorder.take() }),
  (error: unknown) => {
    const known = toAppError(error);
    const said = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const own = ownError(error);
    if (own !== undefined)
      return broken({
        cause: 'unknown',
        message: `It speaks MCP, but did not start: it answered with an error. Its words: ${own}`,
        hint: 'Mend what its words name, then start it again; its output below may say more.',
      });
    if (error instanceof OutOfStep)
      return broken({ cause: 'unknown', message: 'It was started by words of another version of this app.', hint: 'Start it again.' });
    if (carrier.kind === 'pipes')
      return broken({
        cause: 'bad-protocol',
        message: `It answered, but not as an MCP server does: ${said}`,
        hint: 'Check that the command starts an MCP server that speaks over stdio.',
      });
    const isUnreachable = /^(net-|host-|address-|url-|offline|redirect-)/.test(known.code);
    return broken({
      cause: known.code === 'not-authorized' ? 'not-authorized' : isUnreachable ? 'unreachable' : 'bad-protocol',
      message: known.code === 'internal' ? `What answers at ${carrier.url} is not an MCP server: ${said}` : known.message,
      hint: known.hint ?? 'Check the address: it is the one that the maker of the server names for MCP.',
    });
  },
);
