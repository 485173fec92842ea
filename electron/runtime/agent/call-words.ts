// A tool call in words, for the question whether it happened and for the progress of a workflow: the sentence of its approval, and what
// one needs to go and look: the whole path or address. What a model gave stands on one line and cannot turn or hide a part of it. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { oneLine, sentenceOfOwnTool } from '../policy/action-words.ts';

export interface CallInWords {
  server: string;
  tool: string;
  /** One of Orrery's own: the words of others' servers are not taken for ours. */
  builtIn: boolean;
  args: JsonObject;
}

const maxPlace = 500;
const maxValue = 80;
const maxArgs = 300;

/** "Write report.md", "Call mail.send". */
export const sentenceOfCall = ({ server, tool, builtIn, args }: CallInWords): string =>
  (builtIn ? sentenceOfOwnTool({ server: server as never, name: tool }, args) : undefined) ?? oneLine(`Call ${server}.${tool}`);

/** "Write report.md: /home/me/notes/report.md", "Call mail.send with to “anna@example.org”". */
export function wordsOfCall(call: CallInWords): string {
  const sentence = sentenceOfCall(call);
  const place = call.builtIn ? placeOf(call) : undefined;
  if (place !== undefined) return `${sentence}: ${place}`;
  if (call.builtIn && call.server !== 'memory') return sentence;
  const given = argsOf(call.args);
  return given === '' || call.server === 'memory' ? sentence : `${sentence} with ${given}`;
}

function placeOf({ server, args }: CallInWords): string | undefined {
  const text = (value: JsonValue | undefined): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? clip(oneLine(value), maxPlace) : undefined;
  if (server === 'web') return text(args.url);
  if (server !== 'files') return undefined;
  const [path, from, to] = [text(args.path), text(args.from), text(args.to)];
  return from !== undefined && to !== undefined ? `${from} to ${to}` : path;
}

function argsOf(args: JsonObject): string {
  let said = '';
  for (const [name, value] of Object.entries(args)) {
    const text = clip(oneLine(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/[“”]/g, '"'), maxValue);
    const next = `${said === '' ? '' : ', '}${clip(oneLine(name), 40)} “${text}”`;
    if (said.length + next.length > maxArgs) return `${said} and more`;
    said += next;
  }
  return said;
}

const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`);
