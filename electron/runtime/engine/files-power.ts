// Files for a node: each call within the folders that its step may touch, each change written down, what was read noted.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { NodePowers } from '../nodes/define-node.ts';
import { both } from '../policy/taint.ts';
import { noteWritten } from '../triggers/written-files.ts';
import type { StepBinding } from './execute.ts';
import { changedBy, noterOf, type PowerDeps } from './power-deps.ts';
import { foldersFor } from './power-reach.ts';

export function filesPower(deps: PowerDeps, binding: StepBinding): NodePowers['files'] {
  const { files } = deps.ports;
  const folders = (tool: string, args: JsonObject): Promise<string[]> => foldersFor(deps, binding, tool, args);
  const note = noterOf(deps, binding);
  return {
    async readText(path, options) {
      const text = await files.readText(path, await folders('read_text', { path }), options);
      note(both(`the file ${path}`, path));
      return text;
    },
    async writeText(path, text) {
      const allowed = await folders('write_text', { path, text });
      await binding.context.begins?.();
      noteWritten(deps.ports.store.runs, path, allowed, binding.session.id);
      return files.writeText(path, text, allowed, { changes: deps.undo?.recorder(changedBy(deps.ports, binding)) });
    },
    async list(path, options) {
      const found = await files.list(path, await folders('list_folder', { path, ...options }), options);
      note(both(`the folder ${path}`));
      return found;
    },
  };
}
