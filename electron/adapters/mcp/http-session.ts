// One life of a server that is reached over HTTP. Its worker speaks MCP and asks for requests; they are made here, through the one
// guarded client, with headers from the vault and the token of a sign-in put in last. Nothing of the answers is read here.

import { extractWWWAuthenticateParams } from '@modelcontextprotocol/sdk/client/auth.js';
import { AppError, toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ServerConfig, ToolResult } from '../../../shared/model/tool.ts';
import type { Log, Net, ToolCallOptions } from '../../runtime/ports.ts';
import { cleanSaid } from './clean-said.ts';
import type { StartFailure } from './launch/start-error.ts';
import { limits, type ToolHostTimes } from './limits.ts';
import type { Session, SessionEvents } from './session.ts';
import type { SignIn } from './sign-in.ts';
import type { StderrRing } from './stderr-ring.ts';
import { WorkerLink } from './worker-link.ts';
import type { Answer, HttpAsk, QuestionOf, Questions } from './worker-messages.ts';

export interface HttpSessionOptions extends SessionEvents {
  kind: 'http' | 'sse';
  /** With a mark in place of each secret in it. */
  url: string;
  /** Puts the secrets into an address, as it is sent. */
  fill(url: string): string;
  /** For the ledger. */
  server: Pick<ServerConfig, 'id' | 'title'>;
  /** From the config, secrets put in. */
  headers: Record<string, string>;
  net: Pick<Net, 'fetchFor'>;
  signIn: SignIn;
  version: string;
  roots: readonly string[];
  times: ToolHostTimes;
  ring: StderrRing;
  log: Log;
}

/** What the worker may say of a request; the rest is ours. */
const fromWorker = new Set(['accept', 'content-type', 'mcp-session-id', 'mcp-protocol-version', 'last-event-id']);

interface OpenRequest {
  stop: AbortController;
  inFlight: number;
  /** Resolves the wait of a stream whose reader is slow. */
  go: (() => void) | undefined;
}

export class HttpSession implements Session {
  readonly pid = undefined;
  readonly #options: HttpSessionOptions;
  readonly #fetch: typeof fetch;
  readonly #link: WorkerLink;
  readonly #open = new Map<number, OpenRequest>();
  readonly #timer: NodeJS.Timeout;
  #ready = false;
  #ending: Promise<void> | undefined;

  constructor(options: HttpSessionOptions) {
    this.#options = options;
    const { kind, url, version, roots, times, ring, onOutput } = options;
    const { id, title } = options.server;
    this.#fetch = options.net.fetchFor(new URL(url).origin, 'tool server', { actor: { kind: 'server', id, name: title }, server: id });
    const note = (text: string) => {
      ring.note('warn', text);
      onOutput();
    };
    this.#link = new WorkerLink(
      { version, roots, carrier: { kind, url }, startMs: times.startMs, callMs: times.callMs, hangMs: times.hangMs },
      {
        write: () => undefined,
        drained: () => undefined,
        ready: (tools, about) => {
          this.#ready = true;
          clearTimeout(this.#timer);
          options.onReady(tools, about, undefined);
        },
        tools: options.onTools,
        note,
        badLine: (line) => note(`Not an MCP message: ${line}`),
        log: options.onLog,
        resource: options.onResource,
        lists: options.onLists,
        asks: options.asks,
        broken: (failure) => this.#end(failure),
        fault: (error) => options.log.error('A fault while a tool server was heard', { error: String((error as Error).stack ?? error) }),
        http: (ask) => void this.#request(ask),
        httpTaken: (id, bytes) => this.#taken(id, bytes),
        httpStop: (id) => this.#open.get(id)?.stop.abort(),
      },
    );
    this.#timer = setTimeout(
      () =>
        this.#end({
          cause: 'timed-out',
          message: `It did not answer as an MCP server within ${Math.round(times.startMs / 1000)} seconds.`,
          hint: 'Check its address and your connection, then start it again.',
        }),
      times.startMs,
    );
    this.#link.begin();
  }

  async call(tool: string, args: JsonObject, options: ToolCallOptions): Promise<ToolResult> {
    const result = await this.#link.call(tool, args, options);
    return this.#redacted(result);
  }

  async ask<K extends keyof Questions>(question: QuestionOf<K>, signal: AbortSignal): Promise<Answer<K>> {
    return this.#redacted(await this.#link.ask(question, signal));
  }

  /** Tells the server first, where the session has come far enough for that. */
  async stop(): Promise<void> {
    if (this.#ready && this.#ending === undefined)
      // A server that cannot be told forgets the session by itself.
      await this.#link.ask({ about: 'leave' }, AbortSignal.timeout(this.#options.times.stopStepMs)).catch(() => undefined);
    this.#end(undefined);
    await this.#ending;
  }

  /** The server knows its own token, and must not hand it to a model or a page. */
  #redacted<T>(value: T): T {
    return cleanSaid(value, (text) => this.#options.signIn.redact(text));
  }

  #end(failure: StartFailure | undefined): void {
    this.#ending ??= (async () => {
      clearTimeout(this.#timer);
      for (const { stop, go } of this.#open.values()) {
        stop.abort();
        go?.();
      }
      await this.#link.close(failure);
      this.#options.onEnd(failure);
    })().catch((error: unknown) => this.#options.log.error('A tool server could not be left cleanly', { error: String(error) }));
  }

  #taken(id: number, bytes: number): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    open.inFlight -= bytes;
    if (open.inFlight < limits.inFlightBytes / 2) open.go?.();
  }

  async #request(ask: HttpAsk): Promise<void> {
    const open: OpenRequest = { stop: new AbortController(), inFlight: 0, go: undefined };
    this.#open.set(ask.id, open);
    try {
      const response = await this.#answered(ask, open.stop.signal);
      this.#link.httpHead(ask.id, response.status, [...response.headers]);
      if (response.body !== null) await this.#pump(ask.id, response.body, open);
      this.#link.httpEnd(ask.id);
    } catch (error) {
      const known = toAppError(error);
      if (known.code === 'internal' && !open.stop.signal.aborted)
        this.#options.log.warn('A request of a tool server failed', { error: String(error) });
      this.#link.httpEnd(ask.id, known.toJSON());
    } finally {
      this.#open.delete(ask.id);
    }
  }

  /** The response; renewed tokens are tried, once each. */
  async #answered(ask: HttpAsk, signal: AbortSignal): Promise<Response> {
    const { headers: own, signIn } = this.#options;
    const hasKey = Object.keys(own).some((name) => name.toLowerCase() === 'authorization');
    for (let attempt = 0; ; attempt += 1) {
      const token = hasKey ? undefined : await signIn.token();
      const response = await this.#fetch(this.#options.fill(ask.url), {
        method: ask.method,
        headers: {
          ...Object.fromEntries(Object.entries(ask.headers).filter(([name]) => fromWorker.has(name.toLowerCase()))),
          ...own,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(ask.body === undefined ? {} : { body: ask.body }),
        redirect: 'manual',
        signal,
      });
      const { scope, resourceMetadataUrl, error } = extractWWWAuthenticateParams(response);
      if (response.status !== 401 && !(response.status === 403 && error === 'insufficient_scope')) return response;
      await response.body?.cancel();
      if (hasKey)
        throw new AppError('not-authorized', `The server refuses the key in its headers (${response.status}).`, {
          hint: 'Check the key on its page; it may have run out.',
        });
      const challenge = {
        ...(scope === undefined ? {} : { scope }),
        ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
      };
      if (attempt >= 2 || !(await signIn.refused({ status: response.status, challenge }, token)))
        throw new AppError('not-authorized', 'The server refuses the token that it gave.', { hint: 'Sign in again on its page.' });
    }
  }

  async #pump(id: number, body: ReadableStream<Uint8Array>, open: OpenRequest): Promise<void> {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      open.inFlight += chunk.byteLength;
      this.#link.httpData(id, new Uint8Array(chunk));
      if (open.inFlight < limits.inFlightBytes) continue;
      await new Promise<void>((resolve) => {
        open.go = resolve;
        if (open.stop.signal.aborted) resolve();
      });
      open.go = undefined;
    }
  }
}
