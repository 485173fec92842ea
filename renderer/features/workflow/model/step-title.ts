// What a step is called: its node's title and, inside loops, which round of each. Pure.

import { iterationOf } from './node-state.ts';

/** `cell#3.0` → ` · 4.1`. */
const roundWords = (step: string): string => {
  const rounds = iterationOf(step);
  return rounds.length === 0 ? '' : ` · ${rounds.map((index) => index + 1).join('.')}`;
};

/** The node that a step belongs to: a step below another one (`agent/tool-1-0`) belongs to that one's. */
export const nodeOfStep = (step: string): string => step.replace(/[#/~].*$/, '');

/** `titles` by node id. */
export const stepTitle = (titles: ReadonlyMap<string, string>, step: string, node = nodeOfStep(step)): string =>
  `${titles.get(node) ?? node}${roundWords(step)}`;
