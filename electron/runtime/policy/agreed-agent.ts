// What of an agent a grant was given for, and how it differs now, in words: its name and character (both are its instructions), its model,
// its tools and its own grant. How many steps it may take is no part of it. Pure.

import type { Agent } from '../../../shared/model/agent.ts';
import type { AgreedGraph } from '../../../shared/model/agreed-graph.ts';
import { oneLine } from './action-words.ts';
import { changedFields, type FieldDeps, fieldLines, keptFields } from './agreed-fields.ts';
import { canonicalJson } from './canonical.ts';

type Found = Pick<Agent, 'id' | 'name' | 'character' | 'model' | 'tools' | 'grant'>;

/** How it is kept among what was agreed to; no workflow has a colon in its id. */
export const agentKey = (wanted: string): string => `agent:${wanted}`;
export const isAgentKey = (key: string): boolean => key.startsWith('agent:');
export const wantedOf = (key: string): string => key.slice('agent:'.length);

/** An agent that is not there yet: whichever comes under that name was agreed to by nobody. */
export const noAgent: AgreedGraph = { hash: '', parts: {}, does: {} };

export function agreedAgent(deps: FieldDeps, agent: Found): AgreedGraph {
  const { hash, redact } = deps;
  const { id, name, character, model = '', tools, grant } = agent;
  const parts: Record<string, string> = { id, name, character: hash(character).slice(0, 32), model };
  for (const tool of tools) parts[`use ${tool}`] = '';
  for (const { server, tool, effect } of grant.tools) parts[`${effect} ${server}.${tool}`] = '';
  for (const folder of grant.folders) parts[`folder ${folder}`] = '';
  const set = { [characterPart]: keptFields(deps, [['Character', character]]) };
  return { hash: hash(canonicalJson(parts)), parts, does: { character: short(redact(character)), model: modelWords(model) }, set };
}

const characterPart = 'character';
const modelWords = (model: string): string => (model === '' ? 'the default model' : model);
const maxShown = 300;
function short(text: string): string {
  const line = oneLine(text);
  return line.length <= maxShown ? line : `${line.slice(0, maxShown)}…`;
}

/** None when nothing has to be agreed to: one that may do less, or is the same. */
export function agentChanges(before: AgreedGraph | undefined, now: AgreedGraph): string[] {
  if (before?.hash === now.hash || now.hash === '') return [];
  const who = `The agent ${oneLine(now.parts.name ?? '')}`;
  const told = now.does.character === '' ? 'nothing' : `“${now.does.character}”`;
  if (before === undefined || before.hash === '')
    return [`${who} works for it: told ${told}, with ${now.does.model}`, ...gained(who, {}, now.parts)];
  const lines: string[] = [];
  if (before.parts.id !== now.parts.id) lines.push(`${who} is another agent than before`);
  if (before.parts.name !== now.parts.name) lines.push(`${who} was called ${oneLine(before.parts.name ?? '')} before`);
  if (before.parts.character !== now.parts.character) {
    const isSeen = before.does.character !== now.does.character;
    const old = before.does.character === '' ? 'nothing' : `“${before.does.character}”`;
    lines.push(isSeen ? `${who} is told ${told} (before: ${old})` : `${who} is told something else further on, after ${told}`);
    if (!isSeen) lines.push(...fieldLines(changedFields(before.set?.[characterPart], now.set?.[characterPart])));
  }
  if (before.parts.model !== now.parts.model) lines.push(`${who} uses ${now.does.model} (before: ${before.does.model})`);
  lines.push(...gained(who, before.parts, now.parts));
  // That it may do less needs no yes; it is told with what does.
  return lines.length === 0 ? [] : [...lines, ...lost(who, before.parts, now.parts)];
}

function gained(who: string, before: Record<string, string>, now: Record<string, string>): string[] {
  const news = (sign: string): string[] => withSign(sign, now).filter((each) => !Object.hasOwn(before, `${sign} ${each}`));
  const [tools, allowed, folders] = [news('use'), news('allow'), news('folder')];
  const lifted = withSign('deny', before).filter((each) => !Object.hasOwn(now, `deny ${each}`));
  return [
    ...(tools.length === 0 ? [] : [`${who} is given the tools ${listed(tools)}`]),
    ...(allowed.length === 0 ? [] : [`${who} calls without asking: ${listed(allowed)}`]),
    ...(folders.length === 0 ? [] : [`${who} may use ${listed(folders)}`]),
    ...(lifted.length === 0 ? [] : [`${who} is no longer forbidden: ${listed(lifted)}`]),
  ];
}

function lost(who: string, before: Record<string, string>, now: Record<string, string>): string[] {
  const gone = withSign('use', before).filter((each) => !Object.hasOwn(now, `use ${each}`));
  return gone.length === 0 ? [] : [`${who} no longer has ${listed(gone)}`];
}

const withSign = (sign: string, parts: Record<string, string>): string[] =>
  Object.keys(parts).flatMap((key) => (key.startsWith(`${sign} `) ? [key.slice(sign.length + 1)] : []));

const maxListed = 12;
const listed = (names: readonly string[]): string =>
  [
    ...names.slice(0, maxListed).map((each) => oneLine(each)),
    ...(names.length > maxListed ? [`${names.length - maxListed} more`] : []),
  ].join(', ');
