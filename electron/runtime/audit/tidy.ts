// An entry as it may be kept: redacted, within its bounds, and of the known shape. Pure; throws nothing that is not a fault of ours.

import { type NewAuditEntry, newAuditEntry } from '../../../shared/model/audit.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';

const maxDetails = 16_000;
const maxWhat = 500;
const maxReason = 2000;

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

export function tidied(entry: NewAuditEntry, redact: (text: string) => string): NewAuditEntry {
  const { details, ...rest } = entry;
  const plain: NewAuditEntry = {
    ...rest,
    actor: { ...rest.actor, name: cut(redact(rest.actor.name), 200) },
    what: cut(redact(rest.what), maxWhat),
    reason: cut(redact(rest.reason), maxReason),
  };
  const kept = details === undefined ? undefined : keptDetails(details, redact);
  const whole = { ...plain, ...(kept === undefined ? {} : { details: kept }) };
  const parsed = newAuditEntry.safeParse(whole);
  if (parsed.success) return parsed.data;
  // Somebody's fault must not lose the entry: what does not fit is left out, and said.
  const { run: _run, step, conversation: _conversation, ...bare } = plain;
  return {
    ...bare,
    ...(typeof step === 'string' ? { step } : {}),
    details: { incomplete: parsed.error.issues.map((issue) => issue.path.join('.')).join(', ') },
  };
}

/** Texts are redacted one by one, so that the result is JSON again whatever a secret holds. */
function keptDetails(details: JsonObject, redact: (text: string) => string): JsonObject {
  const clean = mapped(details, redact, 0) as JsonObject;
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

function mapped(value: JsonValue, redact: (text: string) => string, depth: number): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (value === null || typeof value !== 'object') return value ?? null;
  if (depth > 20) return '…';
  if (Array.isArray(value)) return value.map((each) => mapped(each, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => [redact(name), mapped(each, redact, depth + 1)]),
  );
}
