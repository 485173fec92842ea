// What a run and its steps are called, for those who show a change or an entry of the log: a step's key is for machines.

import type { RunId, ServerId } from '../../../shared/model/ids.ts';
import { wordsOfServed } from '../policy/action-words.ts';
import type { Ports } from '../ports.ts';
import type { NodeRegistry } from '../services.ts';

export interface StepNames {
  /** Missing when the run is not kept any more. */
  run?: { title: string; number: number };
  /** By step key; a step of which nothing is known is left out. */
  steps: Record<string, string>;
}

export interface NameDeps {
  ports: Pick<Ports, 'store' | 'tools'>;
  registry: Pick<NodeRegistry, 'get'>;
}

export function namesOf({ ports, registry }: NameDeps, id: RunId, keys: readonly string[]): StepNames {
  const { runs } = ports.store;
  const run = runs.get(id);
  if (run === undefined) return { steps: {} };
  const details = runs.getDetails(id);
  const titles = new Map<string, string>();
  for (const node of details?.document?.nodes ?? [])
    titles.set(node.id, node.title === undefined || node.title === '' ? (registry.get(node.kind)?.title ?? node.id) : node.title);
  const isServed = details?.origin.kind === 'client' && details.document === undefined;

  /** In a turn of an agent, and below a node in which one works, a step is the call of a tool. */
  function callTitle(step: string): string | undefined {
    // The start of what only reads is not kept; whatever is names its node.
    const told = runs.readStep(id, step).find(({ event }) => 'node' in event && event.node !== '')?.event;
    const name = told !== undefined && 'node' in told ? told.node : undefined;
    if (name === undefined) return undefined;
    if (isServed) return upper(wordsOfServed(name));
    const [server = '', tool = ''] = split(name);
    return ports.tools.tools(server as ServerId).find((each) => each.name === tool)?.title || name;
  }
  function nameOf(step: string): string | undefined {
    const own = titles.get(step.replace(/[#/~].*$/, ''));
    const called = step.includes('/') || own === undefined ? callTitle(step) : undefined;
    if (own === undefined) return called;
    return `${own}${rounds(step)}${called === undefined ? '' : ` · ${called}`}`;
  }
  const named = [...new Set(keys)].flatMap((key) => {
    const name = nameOf(key);
    return name === undefined ? [] : [[key, name] as const];
  });
  return { run: { title: run.title, number: run.number }, steps: Object.fromEntries(named) };
}

/** `cell#3.0` is round 4 of the outer loop, and 1 of the inner one. */
function rounds(step: string): string {
  const found = /#(\d+(?:\.\d+)*)/.exec(step)?.[1];
  return found === undefined
    ? ''
    : ` · ${found
        .split('.')
        .map((each) => Number(each) + 1)
        .join('.')}`;
}

const split = (name: string): [string, string] => {
  const dot = name.indexOf('.');
  return dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
};
const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
