// Would this call overwrite, move or remove something that is there now? Asked only where a model that has read what others may have
// written chose the call; it looks at the disk, so it is not a part of the pure decision.

import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Ports } from '../ports.ts';
import type { DecideInput } from './decide.ts';

interface Call {
  tool: ToolInfo;
  builtIn: boolean;
  args: JsonObject;
  folders: readonly string[];
}

export async function whatIsLost(
  ports: { files: Pick<Ports['files'], 'exists'>; store: { memory: Pick<Ports['store']['memory'], 'findByKey'> } },
  { tool, builtIn, args, folders }: Call,
): Promise<DecideInput['destroys']> {
  const name = `${tool.server}.${tool.name}`;
  // What they say of themselves lets nothing through that a grant does not; it only saves a question where it says that nothing is lost.
  if (!builtIn) return tool.readOnly || !tool.destructive ? undefined : { what: `${name} can destroy something` };
  const path = typeof args.path === 'string' ? args.path : undefined;
  if (tool.server === 'files' && tool.name.startsWith('write')) {
    if (path === undefined || !(await isThere(ports.files, path, folders))) return undefined;
    return { what: `this overwrites ${path}`, path };
  }
  if (tool.server === 'files' && tool.name.startsWith('move')) return { what: `this moves ${String(args.from).slice(0, 200)}` };
  if (tool.server === 'memory' && tool.name === 'remember')
    return typeof args.key === 'string' && ports.store.memory.findByKey(args.key) !== undefined
      ? { what: `this replaces what is remembered as ${args.key.slice(0, 200)}` }
      : undefined;
  return tool.destructive ? { what: `${name} removes something` } : undefined;
}

async function isThere(files: Pick<Ports['files'], 'exists'>, path: string, folders: readonly string[]): Promise<boolean> {
  try {
    return await files.exists(path, folders);
  } catch (error) {
    if (isCancelled(error)) throw toAppError(error);
    // Outside the folders or unreadable: the write itself will say; until then it counts as there.
    return true;
  }
}
