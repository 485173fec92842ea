// `GET` and `POST /hooks/<job>/<token>`: the one address that acts without a session. Its token is its key. It is for programs on this
// machine: a request that names another site, or another address than ours, is refused before anything is read (door.ts), and no
// answer may be read across sites. The token is looked at before the body; what a request holds is bounded and parsed here, so that
// nothing odd goes further.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { toAppError } from '../../shared/errors.ts';
import type { RunId } from '../../shared/model/ids.ts';
import { type JsonObject, type JsonValue, parseJson } from '../../shared/model/json.ts';
import type { Log } from '../runtime/ports.ts';
import { createBuckets } from '../runtime/serve/bucket.ts';
import type { Door } from './door.ts';
import { readBody } from './read-body.ts';
import { sendJson } from './send-json.ts';

export interface HookCall {
  /** Is that its token, for a job that is on? */
  knows(job: string, token: string): boolean;
  call(
    job: string,
    token: string,
    request: { method: string; query: JsonObject; headers: JsonObject; body: JsonValue },
  ): Promise<{ run: RunId } | undefined>;
}

const maxBody = 1_000_000;
/** Calls of one hook, and wrong ones of one address: so many at once, and so many a minute after that. */
const size = { atOnce: 60, perMinute: 120 };
/** Headers that are handed on; cookies and keys are not, whatever they are called: what is handed on is kept with the run. */
const handedOn = /^(?:content-type|user-agent|accept-language|x-[\w-]+)$/;
const secretHeader = /auth|token|key|secret|passw|session|cookie|credential|jwt|csrf|xsrf/;

export class Hooks {
  readonly #hook: HookCall;
  readonly #door: Door;
  readonly #log: Log;
  readonly #calls = createBuckets(size);
  readonly #wrong = createBuckets(size);

  constructor(hook: HookCall, door: Door, log: Log) {
    this.#hook = hook;
    this.#door = door;
    this.#log = log;
  }

  static isHook(url: string | undefined): boolean {
    return url?.startsWith('/hooks/') === true;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const wrong = this.#door.checkAddress(request);
    if (wrong !== undefined && !wrong.ok) return say(response, wrong.status, 'refused', wrong.reason);
    const { method = '' } = request;
    if (method !== 'GET' && method !== 'POST') {
      response.setHeader('allow', 'GET, POST');
      return say(response, 405, 'method', 'A webhook is called with GET or POST.');
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const found = /^\/hooks\/([A-Za-z0-9][\w.-]{0,79})\/([\w-]{20,100})$/.exec(url.pathname);
    if (found === null) return this.#turnAway(request, response);
    const [, job = '', token = ''] = found;
    if (!this.#hook.knows(job, token)) return this.#turnAway(request, response);
    if (this.#calls.take(job, Date.now()) > 0) return tooMany(response, 'This webhook is called too often.');
    const body = await contentOf(request);
    if ('status' in body) return say(response, body.status, body.code, body.reason);
    try {
      const call = { method, query: queryOf(url), headers: headersOf(request), body: body.value };
      const started = await this.#hook.call(job, token, call);
      if (started === undefined) return unknown(response);
      sendJson(response, 202, { run: started.run });
    } catch (error) {
      const known = toAppError(error);
      this.#log.warn('A webhook could not start its workflow', { job, code: known.code });
      const status = known.code === 'webhook-method' ? 405 : known.retryable || known.code === 'closing' ? 503 : 500;
      // Who calls is a program, not the person: it gets no more than that it did not work.
      say(response, status, known.code, status === 405 ? known.message : 'The workflow could not be started.');
    }
  }

  /** Who has no token uses up nobody's turns but those of its own address, and nothing of what it sends is read. */
  #turnAway(request: IncomingMessage, response: ServerResponse): void {
    if (this.#wrong.take(request.socket.remoteAddress ?? '', Date.now()) === 0) unknown(response);
    else tooMany(response, 'There were too many calls with a wrong address.');
  }
}

type Body = { value: JsonValue } | { status: number; code: string; reason: string };

async function contentOf(request: IncomingMessage): Promise<Body> {
  const read = await readBody(request, maxBody);
  if ('fault' in read)
    return read.fault === 'too-large'
      ? { status: 413, code: 'too-large', reason: 'A webhook takes at most 1 MB.' }
      : { status: 400, code: 'broken-off', reason: 'The body did not come to its end.' };
  if (read.bytes.length === 0) return { value: null };
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
  } catch {
    return { status: 400, code: 'not-text', reason: 'The body is not UTF-8 text.' };
  }
  if (type === 'application/json' || type.endsWith('+json')) {
    try {
      return { value: parseJson(text, 'The body') };
    } catch (error) {
      return { status: 400, code: 'json', reason: toAppError(error).message };
    }
  }
  if (type === 'application/x-www-form-urlencoded') return { value: pairsOf(new URLSearchParams(text)) };
  if (type === '' || type.startsWith('text/')) return { value: text };
  return { status: 415, code: 'type', reason: 'Send JSON, text or a form.' };
}

const queryOf = (url: URL): JsonObject => pairsOf(url.searchParams);

/** Names that reach an object's prototype are left out; a name that comes twice is a list. */
function pairsOf(pairs: URLSearchParams): JsonObject {
  const object: JsonObject = {};
  for (const [name, value] of [...pairs].slice(0, 1000)) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') continue;
    const before = Object.hasOwn(object, name) ? object[name] : undefined;
    object[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
  }
  return object;
}

const headersOf = (request: IncomingMessage): JsonObject =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      handedOn.test(name) && !secretHeader.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  );

/** The same for a job that is not there and for a wrong token. */
const unknown = (response: ServerResponse): void => say(response, 404, 'not-found', 'There is no webhook at this address.');

function tooMany(response: ServerResponse, message: string): void {
  response.setHeader('retry-after', '1');
  say(response, 429, 'too-many', message);
}

const say = (response: ServerResponse, status: number, code: string, message: string): void =>
  sendJson(response, status, { error: { code, message } });
