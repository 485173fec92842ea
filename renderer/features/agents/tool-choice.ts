// Which tools an agent is offered and which it may use without asking. Pure.

import type { Grant } from '../../../shared/model/grant.ts';
import type { ServerId } from '../../../shared/model/ids.ts';

export type Effect = 'ask' | 'allow' | 'deny';

export const isOffered = (picked: readonly string[], server: string, tool: string): boolean =>
  picked.includes(`${server}.*`) || picked.includes(`${server}.${tool}`);

export const hasAll = (picked: readonly string[], server: string): boolean => picked.includes(`${server}.*`);

const ofServer = (entry: string, server: string): boolean => entry.startsWith(`${server}.`);

/** Ticks or unticks one tool. Unticking one of "all" leaves the other known ones ticked by name. */
export function pickTool(picked: readonly string[], server: string, tool: string, isOn: boolean, known: readonly string[]): string[] {
  const name = `${server}.${tool}`;
  if (isOn) return picked.includes(name) || hasAll(picked, server) ? [...picked] : [...picked, name];
  if (hasAll(picked, server))
    return [
      ...picked.filter((entry) => !ofServer(entry, server)),
      ...known.filter((other) => other !== tool).map((other) => `${server}.${other}`),
    ];
  return picked.filter((entry) => entry !== name);
}

export const pickAll = (picked: readonly string[], server: string, isOn: boolean): string[] => [
  ...picked.filter((entry) => !ofServer(entry, server)),
  ...(isOn ? [`${server}.*`] : []),
];

/** How many of the known tools are offered. */
export const countOffered = (picked: readonly string[], server: string, known: readonly string[]): number =>
  known.filter((tool) => isOffered(picked, server, tool)).length;

export function effectOf(grant: Grant, server: string, tool: string): Effect {
  return grant.tools.find((entry) => entry.server === server && entry.tool === tool)?.effect ?? 'ask';
}

export function withEffect(grant: Grant, server: string, tool: string, effect: Effect): Grant {
  const others = grant.tools.filter((entry) => entry.server !== server || entry.tool !== tool);
  return { ...grant, tools: effect === 'ask' ? others : [...others, { server: server as ServerId, tool, effect }] };
}
