// How a thing that is not a file is written down as a before-image: one text for equal things, without counters and times that
// change by themselves. Used by those who record and by those who compare, so that both mean the same.

import type { Agent } from './agent.ts';
import type { MemoryItem } from './memory.ts';
import type { ServerConfig } from './tool.ts';
import type { Workflow } from './workflow.ts';

/** JSON with sorted keys, indented, so that differences are readable. */
export function imageText(value: unknown): string {
  return JSON.stringify(sorted(value), null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

export const memoryImage = (item: MemoryItem): string => imageText(item);
export const memoryTitle = (item: MemoryItem): string => item.text.replaceAll(/\s+/g, ' ').slice(0, 80);

export function agentImage({ updatedAt: _updatedAt, ...agent }: Agent): string {
  return imageText(agent);
}

export function workflowImage({ revision: _revision, updatedAt: _updatedAt, ...workflow }: Workflow): string {
  return imageText(workflow);
}

export const serverImage = (config: ServerConfig): string => imageText(config);
