// What is shown of a step that was cut off in the middle of an effect: the tool and what it was given, without secrets and cut to what one
// can read, and where a person can see whether it happened. Pure.

import type { InboxRequest } from '../../../shared/model/grant.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { oneLine } from '../policy/action-words.ts';
import { hostOf } from '../policy/reach.ts';
import type { StepCall } from '../services.ts';

type Asked = Extract<InboxRequest, { kind: 'unknown-outcome' }>;
type Shown = Required<Pick<Asked, 'tool' | 'given' | 'look'>>;

const maxGiven = 40;
const maxText = 2000;
/** Characters of all that it was given. */
const maxAll = 12_000;

export function cutOffCall({ server, tool, args }: StepCall, redact: (text: string) => string): Shown {
  const given: Shown['given'] = [];
  let left = maxAll;
  const entries = Object.entries(args);
  for (const [name, value] of entries.slice(0, maxGiven)) {
    // Secrets first: a cut could leave a part of one that nothing finds.
    const text = redact(typeof value === 'string' ? value : JSON.stringify(value));
    const most = Math.max(0, Math.min(maxText, left));
    const more = text.length - most;
    given.push({ label: redact(oneLine(name)).slice(0, 100), text: more > 0 ? `${text.slice(0, most)}… (${more} more characters)` : text });
    left -= most;
  }
  if (entries.length > maxGiven) given.push({ label: '…', text: `and ${entries.length - maxGiven} more` });
  return { tool: oneLine(`${server}.${tool}`).slice(0, 300), given, look: redact(whereToLook(server, args)).slice(0, 1000) };
}

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? oneLine(value) : '');

function whereToLook(server: string, args: JsonObject): string {
  const place = [args.path, args.from, args.to].map(textOf).filter((each) => each !== '');
  if (server === 'files' && place.length > 0) return `Look at ${place.join(' and ')}: is it as this would have left it?`;
  const host = hostOf(textOf(args.url));
  if (host !== '') return `Look at ${host}: did the request arrive there? What it changes is seen there only.`;
  if (server === 'memory') return 'Look at Memory: is it there?';
  return `Look where ${oneLine(server).slice(0, 100)} does its work, and at its log: was it called, and what did it do?`;
}
