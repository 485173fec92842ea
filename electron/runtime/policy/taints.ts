// What each run has read, for the rules of taint.ts. Kept in memory while runs go, and found again after a restart from what is on disk:
// the journal of a run, the messages of a chat. All runs of one tree share their labels, and so do all turns of one chat.

import type { ConversationId, RunId, ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Taint } from '../../../shared/model/policy.ts';
import { Recent } from '../../../shared/recent.ts';
import type { NewRun, Ports } from '../ports.ts';
import { isProgramChat } from '../serve/program-chats.ts';
import type { Taints } from '../services.ts';
import { labelsOfJournal } from './journal-taints.ts';
import { both, labelsOfAttachment, labelsOfCall, type ServerFacts } from './taint.ts';

type TaintPorts = {
  store: Pick<Ports['store'], 'runs' | 'chats'>;
  tools: Pick<Ports['tools'], 'servers'>;
  clock: Pick<Ports['clock'], 'now'>;
};

export interface TaintService extends Taints {
  /** What is in the context once the result of this call is. */
  noteCall(run: RunId, server: string, tool: string, args: JsonObject): void;
}

/** Workflows may run each other this deep; the engine refuses more. */
const maxDepth = 20;
/** A run may have been taken up again this often; beyond it anything may have been read. */
const maxForks = 100;
/** Trees of runs and chats that are remembered; others are found again on disk. */
const maxKnown = 1000;
/** Labels of one tree: which there are is what counts, the rest is for people. */
const maxLabels = 100;

interface Tree {
  labels: Taint[];
  /** Runs whose journal was read. */
  read: Set<RunId>;
}

interface Place {
  key: string;
  /** From the run up to the one that began it all. */
  path: RunId[];
  conversation?: ConversationId;
}

export function createTaints(ports: TaintPorts): TaintService {
  const { runs, chats } = ports.store;
  const trees = new Recent<string, Tree>(maxKnown);
  /** Where a run belongs never changes. */
  const places = new Recent<RunId, Place>(maxKnown);

  const placeOf = (run: RunId): Place => {
    const known = places.get(run);
    if (known !== undefined) return known;
    const path: RunId[] = [run];
    let conversation: ConversationId | undefined;
    for (let depth = 0, at = runs.get(run); depth < maxDepth && at !== undefined; depth += 1) {
      if (at.origin.kind === 'chat') conversation = at.origin.conversation;
      if (at.origin.kind !== 'sub-workflow') break;
      path.push(at.origin.run);
      at = runs.get(at.origin.run);
    }
    const key = conversation ?? (path.at(-1) as string);
    const place = { key, path, ...(conversation === undefined ? {} : { conversation }) };
    places.set(run, place);
    return place;
  };

  const treeOf = (run: RunId): Tree => {
    const { key } = placeOf(run);
    const known = trees.get(key);
    if (known !== undefined) return known;
    const tree: Tree = { labels: [], read: new Set() };
    trees.set(key, tree);
    return tree;
  };
  /** With what is on disk; only a decision needs that. */
  const wholeTreeOf = (run: RunId, forks = 0): Tree => {
    const tree = treeOf(run);
    const { path, conversation } = placeOf(run);
    // Each turn brings a message of the person's, and with it what was attached to it.
    if (conversation !== undefined && path.some((each) => !tree.read.has(each))) addAll(tree, labelsOfChat(conversation));
    for (const each of path) {
      if (tree.read.has(each)) continue;
      addAll(tree, labelsOfRun(each, forks));
      // Only now: one that could not be read must not count as read.
      tree.read.add(each);
    }
    return tree;
  };

  const factsOf = (server: string): ServerFacts => factsOfServer(ports.tools, server);

  const labelsOfRun = (id: RunId, forks: number): Taint[] => {
    const details: NewRun | undefined = runs.getDetails(id);
    if (details === undefined) return [];
    const events = runs.readEvents(id).map(({ event }) => event);
    return [...labelsOfSource(details, forks), ...labelsOfJournal(details, events, factsOf)];
  };

  /** What is taken up again was read by the run that it is taken from, by those that this one was a part of, and by who gave it its inputs. */
  const labelsOfSource = ({ origin }: NewRun, forks: number): Taint[] => {
    if (origin.kind !== 'fork') return [];
    if (forks < maxForks && runs.get(origin.run) !== undefined) return wholeTreeOf(origin.run, forks + 1).labels;
    return both('an earlier run that it was taken up from').map((label) => ({ ...label, at: 0 }));
  };

  const labelsOfChat = (id: ConversationId): Taint[] => {
    const calls = (chats.get(id)?.messages ?? []).flatMap((message) =>
      message.parts.flatMap((part) => {
        if (part.type === 'attachment') return labelsOfAttachment(part).map((label) => ({ ...label, at: message.createdAt }));
        if (part.type !== 'tool-call' || part.result === undefined) return [];
        return labelsOfCall(part.server, part.tool, part.args, factsOf(part.server)).map((label) => ({ ...label, at: part.startedAt }));
      }),
    );
    // Its questions are another program's, not the person's.
    return isProgramChat(id) ? [{ label: 'untrusted', from: 'the program that asks', at: 0 }, ...calls] : calls;
  };

  const add = (run: RunId, taint: Taint): void => addAll(treeOf(run), [taint]);

  return {
    of: (run) => wholeTreeOf(run).labels,
    add,
    noteCall(run, server, tool, args) {
      const at = ports.clock.now();
      addAll(treeOf(run), labelsOfCall(server, tool, args, factsOf(server)), at);
    },
  };
}

/** `at`: since when, of those that do not say. Most are there already, which leaves nothing behind. */
function addAll(tree: Tree, labels: readonly (Omit<Taint, 'at'> & { at?: number })[], at = 0): void {
  for (const label of labels) {
    if (isKnown(tree.labels, label)) continue;
    const taint: Taint = { at, ...label };
    // Full: another of a label that is there says something new only when all of them are of one file, and this one is not.
    if (tree.labels.length >= maxLabels) {
      const same = tree.labels.filter((each) => each.label === taint.label);
      const [first] = same;
      if (first !== undefined && (taint.path === first.path || same.some((each) => each.path !== first.path))) continue;
      if (first !== undefined) tree.labels.splice(tree.labels.indexOf(first), 1);
    }
    tree.labels.push(taint);
  }
}

function isKnown(labels: readonly Taint[], { label, from, path }: Omit<Taint, 'at'>): boolean {
  for (const each of labels) if (each.label === label && each.from === from && each.path === path) return true;
  return false;
}

export function factsOfServer(tools: Pick<Ports['tools'], 'servers'>, server: string): ServerFacts {
  const status = tools.servers().find((each) => each.id === (server as ServerId));
  if (status?.kind === 'built-in') return { builtIn: true, hasPrivate: false };
  const { env, headers, reach } = status?.config ?? {};
  const hasPrivate = holdsSecret(env) || holdsSecret(headers) || (reach?.folders.length ?? 0) > 0 || status?.signIn?.account !== undefined;
  return { builtIn: false, hasPrivate };
}

function holdsSecret(values: Readonly<Record<string, object>> | undefined): boolean {
  for (const name in values) if (Object.hasOwn(values, name) && 'secret' in (values[name] as object)) return true;
  return false;
}
