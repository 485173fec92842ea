// Looks at every incoming message before the wire library does, and lets through only what our own client can have sent:
// a text of bounded size, plain JSON without keys that reach a prototype, in one of two frame shapes, for a known call.
// It never throws and keeps nothing. What is inside the input is the contract's schemas' business, not this file's.

import { findHostileJson } from '../../shared/model/json.ts';
import type { KnownCall, KnownCalls } from './known-calls.ts';

/** UTF-16 units of one message; also the byte limit that carriers set where they can. */
export const MAX_MESSAGE = 4 * 1024 * 1024;
const JSON_LIMITS = { maxLength: MAX_MESSAGE, maxDepth: 72, maxValues: 500_000 };

export type Refusal =
  | 'not-text'
  | 'too-large'
  | 'not-json'
  | 'hostile-json'
  | 'bad-frame'
  | 'unknown-call'
  | 'not-plain'
  | 'too-many-calls';

export type Verdict =
  /** `body` is what was looked at: nobody parses the text again. */
  | {
      readonly ok: true;
      readonly kind: 'call';
      readonly id: string;
      readonly call: KnownCall;
      readonly body: { json?: unknown } | undefined;
    }
  | { readonly ok: true; readonly kind: 'abort'; readonly id: string }
  /** `id` is there when the sender can be answered. */
  | { readonly ok: false; readonly reason: Refusal; readonly id: string | undefined };

/** A call's number as the client counts them. */
const ID = /^[0-9A-Za-z]{1,20}$/;
const ID_AT_START = /^\{"i":"([0-9A-Za-z]{1,20})"/;
const ABORT = 4;

export function inspectMessage(raw: unknown, calls: KnownCalls): Verdict {
  if (typeof raw !== 'string') return refuse('not-text');
  if (raw.length > MAX_MESSAGE) return refuse('too-large', ID_AT_START.exec(raw.slice(0, 40))?.[1]);
  let frame: unknown;
  try {
    frame = JSON.parse(raw);
  } catch {
    // Malformed text is an expected input here: it is counted and dropped, and cannot be answered.
    return refuse('not-json');
  }
  if (!isPlainObject(frame)) return refuse('bad-frame');
  const id = typeof frame.i === 'string' && ID.test(frame.i) ? frame.i : undefined;
  if (id === undefined) return refuse('bad-frame');
  if (findHostileJson(frame, JSON_LIMITS) !== undefined) return refuse('hostile-json', id);
  if (!hasOnly(frame, 'i', 't', 'p')) return refuse('bad-frame', id);
  // An abort carries nothing; a frame of a client-side stream (type 3) is not in our contract.
  if (frame.t === ABORT) return frame.p === undefined ? { ok: true, kind: 'abort', id } : refuse('bad-frame', id);
  if (frame.t !== undefined) return refuse('bad-frame', id);
  const payload = frame.p;
  // No method, no headers: they would select other encodings of the input, which the schemas must not have to face.
  if (!isPlainObject(payload) || !hasOnly(payload, 'u', 'b') || typeof payload.u !== 'string') return refuse('bad-frame', id);
  const call = calls.get(payload.u);
  if (call === undefined) return refuse('unknown-call', id);
  const { b: body } = payload;
  if (body === undefined) return { ok: true, kind: 'call', id, call, body };
  if (!isPlainObject(body)) return refuse('bad-frame', id);
  const problem = checkBody(body, call);
  return problem === undefined ? { ok: true, kind: 'call', id, call, body } : refuse(problem, id);
}

function checkBody(body: Record<string, unknown>, call: KnownCall): Refusal | undefined {
  // `meta` and `maps` name places that the deserialiser turns into dates, maps, files …; the contract has none of them.
  if (!hasOnly(body, 'json')) return 'not-plain';
  const input = body.json;
  if (call.inputSchema === undefined && input !== undefined && !(isPlainObject(input) && Object.keys(input).length === 0))
    return 'bad-frame';
  return undefined;
}

const refuse = (reason: Refusal, id?: string): Verdict => ({ ok: false, reason, id });

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasOnly = (value: Record<string, unknown>, ...names: string[]): boolean => Object.keys(value).every((key) => names.includes(key));
