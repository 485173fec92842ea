// Model APIs allow tool names of letters, digits, dashes and underscores, 64 at most. This gives each offered tool such a
// name and finds the tool again from whatever form of it a model wrote. Pure.

import type { ToolInfo } from '../../../shared/model/tool.ts';
import { toolsForModels } from './tools-for-models.ts';

export interface OfferedTools {
  /** By the name the model sees. */
  readonly byName: ReadonlyMap<string, ToolInfo>;
  find(name: string): ToolInfo | undefined;
}

const maxName = 64;

/** `server.tool`, or `server.*`; unknown entries are passed over: their server may be away today. */
export function chooseTools(all: readonly ToolInfo[], wanted: readonly string[]): ToolInfo[] {
  const set = new Set(wanted);
  return all.filter((tool) => set.has(`${tool.server}.*`) || set.has(`${tool.server}.${tool.name}`));
}

export function offerTools(tools: readonly ToolInfo[]): OfferedTools {
  const byName = new Map<string, ToolInfo>();
  for (const tool of toolsForModels(tools)) {
    const whole = `${tool.server}__${tool.name}`.replace(/[^A-Za-z0-9_-]/g, '_');
    let name = whole.slice(0, maxName);
    for (let n = 2; byName.has(name); n += 1) name = `${whole.slice(0, maxName - 4)}_${n}`;
    byName.set(name, tool);
  }
  return { byName, find: (name) => findByAnyForm(byName, name) };
}

/** `files__list`, `files.list`, `files_list`, `files/list`, `functions.files__list`; the bare tool name when only one has it. */
function findByAnyForm(byName: ReadonlyMap<string, ToolInfo>, written: string): ToolInfo | undefined {
  const exact = byName.get(written);
  if (exact !== undefined) return exact;
  const plain = simplify(written.replace(/^(functions?|tools?)[.:/]/, ''));
  const same = [...byName].filter(([name]) => simplify(name) === plain);
  if (same.length === 1) return same[0]?.[1];
  const bare = [...byName.values()].filter((tool) => simplify(tool.name) === plain);
  return bare.length === 1 ? bare[0] : undefined;
}

const simplify = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
