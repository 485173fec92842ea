// An entry as it may be kept: redacted, within its bounds, and of the known shape. Pure; throws nothing that is not a fault of ours.

import { type AuditActor, auditActor, auditKind, auditOutcome, type NewAuditEntry, newAuditEntry } from '../../../shared/model/audit.ts';
import { type JsonObject, type JsonValue, poisonKeys } from '../../../shared/model/json.ts';

const maxDetails = 16_000;
const maxWhat = 500;
const maxReason = 2000;

/**
 * Well formed always: half an emoji, as a cut leaves one, is written as another sign than was signed, and the chain would say that somebody
 * changed the entry.
 */
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`).toWellFormed();

export function tidied(entry: NewAuditEntry, redact: (text: string) => string): NewAuditEntry {
  const { kind, actor, outcome, run, step, conversation, details } = entry;
  const who: AuditActor = { kind: actor.kind, name: cut(redact(actor.name), 200) };
  // What is no text at all is told by the schema below.
  if (actor.id !== undefined) who.id = typeof actor.id === 'string' ? actor.id.toWellFormed() : actor.id;
  const what = cut(redact(entry.what), maxWhat);
  const reason = cut(redact(entry.reason), maxReason);
  const whole: NewAuditEntry = { kind, actor: who, what, outcome, reason };
  if (run !== undefined) whole.run = run;
  if (step !== undefined) whole.step = typeof step === 'string' ? step.toWellFormed() : step;
  if (conversation !== undefined) whole.conversation = conversation;
  const size: Size = { atMost: 0, isOdd: false };
  if (details !== undefined) whole.details = keptDetails(details, redact, size);
  // Each call leaves two entries: what is seen to fit at a look is not put through the schema.
  if (!size.isOdd && fits(whole)) return whole;
  const parsed = newAuditEntry.safeParse(whole);
  if (parsed.success) return parsed.data;
  // Somebody's fault must not lose the entry: what does not fit is left out, and said.
  const { id, ...nameless } = who;
  return {
    ...{ kind, actor: typeof id === 'string' ? who : nameless, what, outcome, reason },
    ...(typeof step === 'string' ? { step: step.toWellFormed() } : {}),
    details: { incomplete: parsed.error.issues.map((issue) => issue.path.join('.')).join(', ') },
  };
}

const kinds: ReadonlySet<unknown> = new Set(auditKind.options);
const outcomes: ReadonlySet<unknown> = new Set(auditOutcome.options);
const actors: ReadonlySet<unknown> = new Set(auditActor.shape.kind.options);
/** As ids are made; another may be right, too, which the schema knows. */
const simpleId = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/;
const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isIdOrNone = (value: unknown): boolean => value === undefined || (typeof value === 'string' && simpleId.test(value));

/** Surely of the schema's shape, without its details. Its texts were cut before. */
function fits(entry: Omit<NewAuditEntry, 'details'>): boolean {
  const { actor, kind, outcome, run, step, conversation } = entry;
  return (
    kinds.has(kind) &&
    outcomes.has(outcome) &&
    actors.has(actor.kind) &&
    isTextOrNone(actor.id) &&
    isTextOrNone(step) &&
    isIdOrNone(run) &&
    isIdOrNone(conversation)
  );
}

interface Size {
  /** Its JSON is not longer, in characters. */
  atMost: number;
  /** Something in it is not plain JSON, or is a key that reaches a prototype. */
  isOdd: boolean;
}

/** Texts are redacted one by one, so that the result is JSON again whatever a secret holds. */
function keptDetails(details: JsonObject, redact: (text: string) => string, size: Size): JsonObject {
  const clean = mapped(details, redact, 0, size) as JsonObject;
  if (size.atMost <= maxDetails) return clean;
  const length = JSON.stringify(clean).length;
  if (length <= maxDetails) return clean;
  const short = Object.fromEntries(
    Object.entries(clean).map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return [name, text.length <= 1000 ? value : cut(text, 1000)];
    }),
  );
  return JSON.stringify(short).length <= maxDetails ? { ...short, cut: length } : { cut: length };
}

/** An escaped sign takes six; with quotes, comma and colon. */
const textAtMost = (text: string): number => text.length * 6 + 4;
/** The longest number, `null`, brackets. */
const valueAtMost = 28;

function mapped(value: JsonValue, redact: (text: string) => string, depth: number, size: Size): JsonValue {
  if (typeof value === 'string') {
    const clean = redact(value);
    size.atMost += textAtMost(clean);
    return clean;
  }
  size.atMost += valueAtMost;
  if (value === null || typeof value !== 'object') {
    if (typeof value !== 'number' && typeof value !== 'boolean' && value !== null && value !== undefined) size.isOdd = true;
    if (typeof value === 'number' && !Number.isFinite(value)) size.isOdd = true;
    return value ?? null;
  }
  if (depth > 20) {
    size.isOdd = true;
    return '…';
  }
  if (Array.isArray(value)) return value.map((each) => mapped(each, redact, depth + 1, size));
  const clean: JsonObject = {};
  for (const name of Object.keys(value)) {
    const each = value[name];
    if (each === undefined) continue;
    const key = redact(name);
    size.atMost += textAtMost(key);
    if (poisonKeys.has(key)) {
      size.isOdd = true;
      // As an own key, so that the schema sees it; a plain assignment would reach the prototype.
      Object.defineProperty(clean, key, {
        value: mapped(each, redact, depth + 1, size),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else clean[key] = mapped(each, redact, depth + 1, size);
  }
  return clean;
}
