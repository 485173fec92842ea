// What the quick-command window offers for a line of text. Pure.

import type { Agent } from '../../shared/model/agent.ts';
import type { ConversationSummary } from '../../shared/model/chat.ts';
import type { MemoryHit } from '../../shared/model/memory.ts';
import type { WorkflowDocument, WorkflowSummary } from '../../shared/model/workflow.ts';

export type QuickResult =
  | { kind: 'run'; key: string; workflow: WorkflowSummary }
  | { kind: 'ask'; key: string; agent: Agent; text: string }
  | { kind: 'memory'; key: string; hit: MemoryHit }
  | { kind: 'chat'; key: string; chat: ConversationSummary }
  | { kind: 'go'; key: string; route: string; label: string; icon: string };

export interface QuickGroup {
  heading: 'run' | 'ask' | 'recent' | 'find' | 'go';
  results: QuickResult[];
}

export interface Place {
  label: string;
  route: string;
  icon: string;
}

export interface Known {
  workflows: readonly WorkflowSummary[];
  agents: readonly Agent[];
  places: readonly Place[];
  /** Found by the host for this text. */
  memory: readonly MemoryHit[];
  chats: readonly ConversationSummary[];
}

/** Words that say nothing about which workflow is meant. */
const quiet = new Set(['the', 'a', 'an', 'my', 'please', 'run', 'start', 'to', 'of', 'in', 'for', 'and', 'this', 'that', 'all']);

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** How well a name fits what was typed, 0 to 1; each word counts by where it was found. */
export function matchOf(query: string, name: string, description = ''): number {
  const typed = wordsOf(query);
  const meant = typed.filter((word) => !quiet.has(word));
  const asked = meant.length === 0 ? typed : meant;
  if (asked.length === 0) return 0;
  const inName = wordsOf(name);
  const inDescription = wordsOf(description);
  let sum = 0;
  for (const word of asked) {
    if (inName.includes(word)) sum += 1;
    else if (inName.some((other) => other.startsWith(word))) sum += 0.8;
    else if (word.length > 2 && inDescription.some((other) => other.startsWith(word))) sum += 0.3;
  }
  return sum / asked.length;
}

const enough = 0.34;

/** The agent that is named at the start (`@librarian …`), else the first. */
export function agentFor(text: string, agents: readonly Agent[]): { agent: Agent; text: string } | undefined {
  const first = agents[0];
  if (first === undefined) return undefined;
  const named = /^@(\S+)\s*(.*)$/s.exec(text);
  const wanted = named?.[1]?.toLowerCase();
  const agent = wanted === undefined ? undefined : agents.find((each) => each.name.toLowerCase().replaceAll(' ', '').startsWith(wanted));
  return agent === undefined ? { agent: first, text } : { agent, text: named?.[2] ?? '' };
}

/** Results under their headings, best first; Enter does the first of the first group. */
export function groupsFor(query: string, known: Known): QuickGroup[] {
  const text = query.trim();
  if (text === '') return startGroups(known);
  const ranked = known.workflows
    .map((workflow) => ({ workflow, score: matchOf(text, workflow.name, workflow.description) }))
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score || b.workflow.updatedAt - a.workflow.updatedAt)
    .slice(0, 3);
  const asked = agentFor(text, known.agents);
  const run: QuickResult[] = [
    ...ranked.map(({ workflow }): QuickResult => ({ kind: 'run', key: `run:${workflow.id}`, workflow })),
    ...(asked === undefined || asked.text.trim() === ''
      ? []
      : [{ kind: 'ask' as const, key: `ask:${asked.agent.id}`, agent: asked.agent, text: asked.text.trim() }]),
  ];
  const find: QuickResult[] = [
    ...known.memory.slice(0, 3).map((hit): QuickResult => ({ kind: 'memory', key: `memory:${hit.id}`, hit })),
    ...known.chats.slice(0, 2).map((chat): QuickResult => ({ kind: 'chat', key: `chat:${chat.id}`, chat })),
  ];
  const go = known.places
    .filter((place) => matchOf(text, place.label) >= 0.8)
    .slice(0, 2)
    .map((place): QuickResult => ({ kind: 'go', key: `go:${place.route}`, ...place }));
  // A page called by its name comes before asking an agent about the word.
  const groups: QuickGroup[] = [
    ...(go.length > 0 && ranked.length === 0 ? [{ heading: 'go' as const, results: go }] : []),
    { heading: ranked.length > 0 ? 'run' : 'ask', results: run },
    { heading: 'find', results: find },
    ...(go.length > 0 && ranked.length > 0 ? [{ heading: 'go' as const, results: go }] : []),
  ];
  return groups.filter((group) => group.results.length > 0);
}

/** Before anything is typed: what was used last. */
function startGroups(known: Known): QuickGroup[] {
  const recent = known.workflows
    .toSorted((a, b) => (b.lastRun?.at ?? b.updatedAt) - (a.lastRun?.at ?? a.updatedAt))
    .slice(0, 4)
    .map((workflow): QuickResult => ({ kind: 'run', key: `run:${workflow.id}`, workflow }));
  const chats = known.chats.slice(0, 3).map((chat): QuickResult => ({ kind: 'chat', key: `chat:${chat.id}`, chat }));
  return [
    { heading: 'run' as const, results: recent },
    { heading: 'recent' as const, results: chats },
  ].filter((group) => group.results.length > 0);
}

export interface WorkflowNeeds {
  /** Some node thinks with a model. */
  model: boolean;
  /** Inputs that must be given and have no default: it cannot start from here. */
  inputs: string[];
}

export function needsOf(document: Pick<WorkflowDocument, 'nodes'>): WorkflowNeeds {
  const inputs = document.nodes
    .filter((node) => node.kind === 'flow.input' && node.config.required !== false && node.config.default === undefined)
    .map((node) => String(node.config.label || node.config.name || 'value'));
  return { model: document.nodes.some((node) => node.kind.startsWith('model.')), inputs };
}
